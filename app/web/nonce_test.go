package web

import (
	"testing"

	"github.com/google/uuid"

	"madang/app"
)

func TestTheSameFormMakesTheSameThingAndAnotherTextAnother(t *testing.T) {
	nonce := app.NewID()
	first := idFor(nonce, "parent", "text")
	if again := idFor(nonce, "parent", "text"); again != first {
		t.Errorf("sent twice the form makes %s and %s", first, again)
	}
	for _, contents := range [][]string{{"parent", "text!"}, {"other", "text"}, {"parenttext"}, {"parent", "", "text"}} {
		if idFor(nonce, contents...) == first {
			t.Errorf("%q makes the same as another form", contents)
		}
	}
	if idFor(app.NewID(), "parent", "text") == first {
		t.Error("another page makes the same thing")
	}
}

func TestADrawnIDIsAnOrdinaryOneOfItsTime(t *testing.T) {
	nonce := app.NewID()
	id := idFor(nonce, "text")
	parsed, err := uuid.Parse(string(id))
	if err != nil || parsed.Version() != 7 || parsed.Variant() != uuid.RFC4122 {
		t.Fatalf("%s is no UUID of version 7: %v", id, err)
	}
	if id[:13] != nonce[:13] {
		t.Errorf("%s lost the time of %s", id, nonce)
	}
	if again, err := app.ParseID(string(id)); err != nil || again != id {
		t.Errorf("ParseID(%s) = %s, %v", id, again, err)
	}
}
