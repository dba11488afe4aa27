package prose_test

import (
	"fmt"
	"strings"
	"testing"

	"madang/app/prose"
)

const standing = "# Rivers {#c000000000h}\n\n1. Water belongs to nobody. {#c000000000a}\n2. Everybody may drink. {#c000000000b}\n3. Nobody may sell a river. {#c000000000c}\n"

func parsed(t *testing.T, markdown string) prose.Doc {
	t.Helper()
	d, err := prose.ParseMarkdown([]byte(markdown))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// said writes down what a copy proposes, and what it can't.
func said(changes []prose.CopyChange, left []prose.Leftover) string {
	var out []string
	for _, change := range changes {
		var parts []string
		for _, p := range change.Proposals {
			kind := ""
			if p.ClauseKind != prose.Operative {
				kind = p.ClauseKind.String()
			}
			parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s", p.Kind, letter(p.CID), letter(p.After), kind, p.Text)))
		}
		line := strings.Join(parts, " + ")
		if change.IsDoubtful {
			line += "?"
		}
		out = append(out, line)
	}
	for _, l := range left {
		out = append(out, fmt.Sprintf("left %s: %s", l.Kind, l.Text))
	}
	return strings.Join(strings.Fields(strings.Join(out, " | ")), " ")
}

// letter is the last one of an id, by which these tests know a clause; a new one has none.
func letter(cid string) string { return strings.TrimPrefix(cid, "c000000000") }

func TestAnEditedCopyProposesWhatItChanged(t *testing.T) {
	base := parsed(t, standing)
	for name, c := range map[string]struct{ old, new, want string }{
		"nothing":            {"", "", ""},
		"other words":        {"Everybody may drink.", "Everybody may drink freely.", "text b Everybody may drink freely."},
		"a clause gone":      {"2. Everybody may drink. {#c000000000b}\n", "", "deletion b"},
		"words gone":         {"Everybody may drink. {#c000000000b}", "{#c000000000b}", "deletion b"},
		"new clauses":        {"2. Everybody", "2. First.\n3. Second.\n4. Everybody", "clause a First. + clause a Second."},
		"a new definition":   {"2. Everybody", "\nTo drink is to live. {.definition}\n\n2. Everybody", "clause a definition To drink is to live."},
		"a new beginning":    {"# Rivers", "Before all.\n\n# Rivers", "clause ^ Before all."},
		"an id that is lost": {"Everybody may drink. {#c000000000b}", "Everybody may drink.", ""},
		"an id lost and other words": {
			"Everybody may drink. {#c000000000b}", "Everybody may drink water.", "text b Everybody may drink water.",
		},
		"typed anew, and nothing alike": {"Everybody may drink. {#c000000000b}", "Trees stand.", "deletion b | clause a Trees stand."},
		"emphasis":                      {"may drink", "may **drink**", "left marks: Everybody may drink."},
		"another sort":                  {"# Rivers", "## Rivers", "left retyped: Rivers"},
		"a new list":                    {"1. Water", "- one\n- two\n\n1. Water", "left list: one two"},
		"an id that nobody knows":       {"2. Everybody", "2. Fish. {#c000000000z}\n3. Everybody", "clause a Fish."},
	} {
		t.Run(name, func(t *testing.T) {
			edited := parsed(t, strings.Replace(standing, c.old, c.new, 1))
			if got := said(prose.Copy{Base: base, Text: edited}.Changes(base)); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestAClauseThatAnEditedCopyMovedIsProposedToMove(t *testing.T) {
	base := parsed(t, standing)
	edited := prose.Doc{Blocks: []prose.Block{base.Blocks[0], base.Blocks[3], base.Blocks[1], base.Blocks[2]}}
	if got := said(prose.Copy{Base: base, Text: edited}.Changes(base)); got != "move c h" {
		t.Error(got)
	}
	edited.Blocks[1] = edited.Blocks[1].WithPlainText("Nobody sells a river.")
	changes, left := prose.Copy{Base: base, Text: edited}.Changes(base)
	if got := said(changes, left); got != "text c Nobody sells a river. + move c h" {
		t.Error(got)
	}
	amendment := prose.Amendment{Name: "a", Proposals: changes[0].Proposals}
	if err := amendment.Check(base); err != nil || base.Amend(amendment).Markdown() != edited.Markdown() {
		t.Errorf("%v: %s", err, base.Amend(amendment).Markdown())
	}
}

func TestWhatOthersChangedMeanwhileIsNotTakenForTheCopys(t *testing.T) {
	base := parsed(t, standing)
	now := parsed(t, strings.NewReplacer("belongs to nobody", "is free", "2. Everybody", "2. All of it. {#c000000000n}\n3. Everybody").Replace(standing))
	edited := parsed(t, strings.Replace(standing, "may sell", "may ever sell", 1))
	want := "text c Nobody may ever sell a river."

	// A version is known word by word.
	if got := said(prose.Copy{Base: base, Text: edited}.Changes(now)); got != want {
		t.Error(got)
	}
	// Of the live text it is known which clauses somebody touched.
	touched := map[string]bool{"c000000000a": true, "c000000000n": true}
	doubtful := prose.Copy{Base: now, Doubtful: touched, Text: edited}
	if got := said(doubtful.Changes(now)); got != "text a Water belongs to nobody.? | deletion n? | "+want {
		t.Error(got)
	}
	// Tracked changes tell how a clause was before.
	doubtful.Before = &base
	if got := said(doubtful.Changes(now)); got != "deletion n? | "+want {
		t.Error(got)
	}
	// What the text says already isn't proposed again.
	if got := said(prose.Copy{Base: base, Text: now}.Changes(now)); got != "left unknown: All of it." {
		t.Error(got)
	}
}

func TestTheWordsForAClauseThatIsGoneAreHandedBack(t *testing.T) {
	base := parsed(t, standing)
	now := parsed(t, strings.Replace(standing, "2. Everybody may drink. {#c000000000b}\n", "", 1))
	edited := parsed(t, strings.Replace(standing, "may drink.", "may drink freely.", 1))
	if got := said(prose.Copy{Base: base, Text: edited}.Changes(now)); got != "left gone: Everybody may drink freely." {
		t.Error(got)
	}
	gap := prose.Copy{Base: base, Text: edited, Gaps: map[string]bool{"c000000000b": true}}
	if got := said(gap.Changes(base)); got != "" {
		t.Error(got)
	}
}

func TestACopySaysWhereItComesFrom(t *testing.T) {
	d := parsed(t, standing)
	for _, o := range []prose.Origin{
		{}, {Statement: "0193a6e2-0000-7000-8000-00000000000b", Version: 12}, {Statement: "0193a6e2-0000-7000-8000-00000000000b", Epoch: 2, Seq: 345, IsAmended: true},
	} {
		source := []byte(d.MarkdownFrom(o))
		if got := prose.OriginOf(source); got != o {
			t.Errorf("%+v, want %+v", got, o)
		}
		if got := prose.OriginOf([]byte("\uFEFF" + strings.ReplaceAll(string(source), "\n", "\r\n"))); got != o {
			t.Errorf("from another machine: %+v, want %+v", got, o)
		}
		if got := parsed(t, string(source)); got.Markdown() != d.Markdown() {
			t.Errorf("the text became %s", got.Markdown())
		}
	}
	for _, line := range []string{"", "madang statement x version 3", "madang statement 0193a6e2-0000-7000-8000-00000000000b version 1234567890", "a madang statement 0193a6e2-0000-7000-8000-00000000000b version 1"} {
		if o := prose.ParseOrigin(line); o.IsKnown() {
			t.Errorf("%q is %+v", line, o)
		}
	}
}
