package app_test

import (
	"crypto/sha256"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"madang/app"
)

func TestIDsMadeLaterSortLater(t *testing.T) {
	ids := make([]app.ID, 1_000)
	for i := range ids {
		ids[i] = app.NewID()
	}
	if !slices.IsSorted(ids) || len(slices.Compact(ids)) != len(ids) {
		t.Error("ids repeat themselves or don't sort as they were made")
	}
}

func TestAnIDIsAUUIDOfVersion7(t *testing.T) {
	id := app.NewID()
	if parsed, err := uuid.Parse(string(id)); err != nil || parsed.Version() != 7 || parsed.Variant() != uuid.RFC4122 {
		t.Errorf("%s: %v", id, err)
	}
	if again, err := app.ParseID(string(id)); err != nil || again != id {
		t.Errorf("%s was read as %s, %v", id, again, err)
	}
}

// The id is the example of RFC 9562, appendix A.6.
func TestAnIDIsReadInEitherCase(t *testing.T) {
	const example = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
	if id, err := app.ParseID(strings.ToUpper(example)); err != nil || id != example {
		t.Errorf("%s, %v", id, err)
	}
}

func TestWhatIsNoIDIsNotFound(t *testing.T) {
	for _, text := range []string{
		"", "1", "017f22e279b07cc398c4dc0c0c07398f", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
		"urn:uuid:017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
		"017f22e2-79b0-7cc3-98c4-dc0c0c07398 ", "017f22e2_79b0-7cc3-98c4-dc0c0c07398f", "../../../../../../../../../etc/passwd",
	} {
		if id, err := app.ParseID(text); app.KindOf(err) != app.KindNotFound || id != "" {
			t.Errorf("%q: %q, %v", text, id, err)
		}
	}
}

func FuzzWhatIsReadAsAnIDReadsTheSameAgain(f *testing.F) {
	f.Add("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := app.ParseID(text)
		if err != nil {
			return
		}
		if again, err := app.ParseID(string(id)); err != nil || again != id || !strings.EqualFold(text, string(id)) {
			t.Errorf("%q, then %q, then %q, %v", text, id, again, err)
		}
	})
}

func TestAnIDThatFollowsFromAHashIsAlwaysTheSame(t *testing.T) {
	hash := sha256.Sum256([]byte("one"))
	if id := app.IDFrom(time.UnixMilli(1772409600123), hash[:]); id != "019cabd8-387b-7692-83ad-3540bb803c02" {
		t.Errorf("of a moment: %s", id)
	}
	if id := app.ID("0192f0c1-2a3b-7c4d-8e5f-0123456789ab").Derive(hash[:]); id != "0192f0c1-2a3b-7692-83ad-3540bb803c02" {
		t.Errorf("of another id: %s", id)
	}
}
