package yjstrace

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// PaperKeys is how many keys the published paper took, and what a generated one takes
// to be its like.
const PaperKeys = 259_778

// Paper is the trace known as B4 from the crdt-benchmarks of Yjs: one author types a
// paper, 259,778 keys that leave 104,852 characters. It is read from
// automerge-paper.json.gz in the folder; if the folder is "" it is generated, with so
// many keys.
func Paper(folder string, keys int) (*Trace, error) {
	if folder == "" {
		return typing(1, keys), nil
	}
	return open(folder, "automerge-paper")
}

// Conversations are traces of several people who type into one text at once: those of
// friendsforever.json.gz and clownschool.json.gz that are in the folder. If the folder is
// "" one is generated, with so many keys.
func Conversations(folder string, keys int) ([]*Trace, error) {
	if folder == "" {
		return []*Trace{conversation(1, 3, keys)}, nil
	}
	var traces []*Trace
	for _, name := range []string{"friendsforever", "clownschool"} {
		t, err := open(folder, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		traces = append(traces, t)
	}
	if len(traces) == 0 {
		return nil, &fs.PathError{Op: "find traces in", Path: folder, Err: fs.ErrNotExist}
	}
	return traces, nil
}

func open(folder, name string) (*Trace, error) {
	f, err := os.Open(filepath.Join(folder, name+".json.gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(name, f)
}
