package prose_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"madang/app"
	"madang/app/prose"
)

func TestATextComesBackFromTheEditorAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDoc().Draw(t, "doc")
		source, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		back, err := prose.FromProseMirror(source)
		if err != nil || !reflect.DeepEqual(back, d) {
			t.Fatalf("%v\n%s", err, source)
		}
	})
}

func TestWhatTheTableDoesntHaveIsRefused(t *testing.T) {
	for name, source := range map[string]string{
		"no JSON":              `{"type":`,
		"another root":         `{"type":"paragraph"}`,
		"an unknown node":      `{"type":"doc","content":[{"type":"image"}]}`,
		"text at the top":      `{"type":"doc","content":[{"type":"text","text":"a"}]}`,
		"an item at the top":   `{"type":"doc","content":[{"type":"list_item"}]}`,
		"a clause in a quote":  `{"type":"doc","content":[{"type":"blockquote","content":[{"type":"clause"}]}]}`,
		"an unknown attribute": `{"type":"doc","content":[{"type":"paragraph","attrs":{"style":"x"}}]}`,
		"a level too deep":     `{"type":"doc","content":[{"type":"clause","attrs":{"level":4}}]}`,
		"an unknown kind":      `{"type":"doc","content":[{"type":"clause","attrs":{"kind":"article"}}]}`,
		"a second word for it": `{"type":"doc","content":[{"type":"clause","attrs":{"kind":"operative"}}]}`,
		"a kind of paragraph":  `{"type":"doc","content":[{"type":"paragraph","attrs":{"kind":"note"}}]}`,
		"a wrong id":           `{"type":"doc","content":[{"type":"paragraph","attrs":{"cid":"\"><script>"}}]}`,
		"an id within":         `{"type":"doc","content":[{"type":"blockquote","content":[{"type":"paragraph","attrs":{"cid":"c0000000000"}}]}]}`,
		"the same id twice":    `{"type":"doc","content":[{"type":"paragraph","attrs":{"cid":"c0000000000"}},{"type":"heading","attrs":{"cid":"c0000000000"}}]}`,
		"an unknown mark":      `{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"a","marks":[{"type":"code"}]}]}]}`,
		"a link that runs":     `{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"a","marks":[{"type":"link","attrs":{"href":"javascript:alert(1)"}}]}]}]}`,
		"a line in a text":     `{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"a\nb"}]}]}`,
	} {
		_, err := prose.FromProseMirror([]byte(source))
		wantCode(t, name, err, "text.schema")
	}
}

func TestDeepJSONIsReadOrRefusedButEndsNothing(t *testing.T) {
	open := `{"type":"blockquote","content":[`
	source := `{"type":"doc","content":[` + strings.Repeat(open, 100_000) + strings.Repeat("]}", 100_001)
	if _, err := prose.FromProseMirror([]byte(source)); app.KindOf(err) != app.KindInvalid {
		t.Errorf("got %v", err)
	}
}

// wantCode fails unless the error has the code.
func wantCode(t *testing.T, name string, err error, code string) {
	t.Helper()
	var e *app.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Errorf("%s: got %v, want %s", name, err, code)
	}
}

// Setting a selection in bold marks its breaks too, in ProseMirror.
func TestABreakCarriesNoMarks(t *testing.T) {
	d, err := prose.FromProseMirror([]byte(`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"hard_break","marks":[{"type":"em"}]}]}]}`))
	if err != nil || len(d.Blocks) != 1 || !reflect.DeepEqual(d.Blocks[0].Inline, []prose.Span{{Break: true}}) {
		t.Errorf("%+v, %v", d, err)
	}
}
