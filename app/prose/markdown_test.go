package prose_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"madang/app/prose"
)

func TestATextComesBackFromMarkdownAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDoc().Draw(t, "doc")
		if err := prose.Check(d); err != nil {
			t.Fatalf("the test's own text is wrong: %v", err)
		}
		source := d.Markdown()
		back, err := prose.ParseMarkdown([]byte(source))
		if err != nil {
			t.Fatalf("%v\n%s", err, source)
		}
		if !reflect.DeepEqual(back, d) {
			t.Fatalf("%s\nbecame\n%s", source, back.Markdown())
		}
	})
}
