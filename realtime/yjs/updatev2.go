package yjs

import "fmt"

// Format V2 says what V1 says in another order: field by field instead of struct by
// struct, which compresses well. It is translated where it comes in and where it goes
// out, in this file and its neighbours; behind that there is one format.
//
// Two things are lost on the way, as they are when Yjs converts: the values of marks
// and embeds can be no more than JSON can say, and a character whose halves were typed
// apart becomes two U+FFFD.

// DecodeV2 is Decode for an update of format V2. Beyond what the limits allow, it
// refuses (ErrLimit) what in format V1 would be 32 times its size and more: in format V2
// a few bytes can speak of any number of structs.
func DecodeV2(b []byte, lim Limits) (*Update, error) {
	if lim.Bytes > 0 && len(b) > lim.Bytes {
		return nil, fmt.Errorf("%w: %d bytes", ErrLimit, len(b))
	}
	v1, err := translate(b, lim)
	if err != nil {
		return nil, err
	}
	lim.Bytes = 0
	return Decode(v1, lim)
}

// EncodeV2 writes the update in format V2.
func (u *Update) EncodeV2() []byte {
	e := newEncoderV2()
	e.rest.uint(uint64(len(u.sections)))
	for i := range u.sections {
		e.section(&u.sections[i])
	}
	e.deletes(u.deletes)
	return e.finish()
}

// ApplyUpdateV2 is ApplyUpdate for an update of format V2.
func (d *Doc) ApplyUpdateV2(b []byte) error {
	u, err := DecodeV2(b, Limits{})
	if err != nil {
		return err
	}
	return d.applyTrusted(u)
}

// EncodeStateAsUpdateV2 is EncodeStateAsUpdate in format V2.
func (d *Doc) EncodeStateAsUpdateV2(target StateVector) []byte {
	return d.stateUpdate(target).EncodeV2()
}

// stateUpdate reads what the document writes of itself.
func (d *Doc) stateUpdate(target StateVector) *Update {
	u, err := Decode(d.EncodeStateAsUpdate(target), Limits{})
	if err != nil {
		panic("yjs: own encoding: " + err.Error())
	}
	return u
}

// ConvertV1ToV2 writes an update of format V1 in format V2.
func ConvertV1ToV2(update []byte) ([]byte, error) {
	u, err := Decode(update, Limits{})
	if err != nil {
		return nil, err
	}
	return u.EncodeV2(), nil
}

// ConvertV2ToV1 writes an update of format V2 in format V1.
func ConvertV2ToV1(update []byte) ([]byte, error) {
	u, err := DecodeV2(update, Limits{})
	if err != nil {
		return nil, err
	}
	return u.Encode(), nil
}

// MergeUpdatesV2 is MergeUpdates for updates of format V2.
func MergeUpdatesV2(updates ...[]byte) ([]byte, error) {
	merged, err := merge(DecodeV2, updates)
	if err != nil {
		return nil, err
	}
	return merged.EncodeV2(), nil
}

// DiffUpdateV2 is DiffUpdate for an update of format V2. State vectors are the same in
// both formats.
func DiffUpdateV2(update, sv []byte) ([]byte, error) {
	cut, err := diff(DecodeV2, update, sv)
	if err != nil {
		return nil, err
	}
	return cut.EncodeV2(), nil
}

// EncodeSnapshotV2 is EncodeSnapshot in format V2.
func EncodeSnapshotV2(s Snapshot) []byte {
	var e encoderV2
	e.deletes(s.Deleted)
	return append(e.rest.buf, EncodeStateVector(s.Known)...)
}

// DecodeSnapshotV2 is DecodeSnapshot for a snapshot of format V2.
func DecodeSnapshotV2(b []byte, lim Limits) (Snapshot, error) {
	if lim.Bytes > 0 && len(b) > lim.Bytes {
		return Snapshot{}, fmt.Errorf("%w: %d bytes", ErrLimit, len(b))
	}
	t := newTranslation(b, lim)
	t.rest = decoder{buf: b}
	t.deletes()
	t.out.raw(t.rest.buf[t.rest.pos:])
	if err := t.err(); err != nil {
		return Snapshot{}, err
	}
	lim.Bytes = 0
	return DecodeSnapshot(t.out.buf, lim)
}
