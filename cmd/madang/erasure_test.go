package main

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// reads fetches a page or a file, of a document what its parts say.
func (v *visitor) reads(address string) string {
	v.t.Helper()
	got := v.open(address)
	if got.status != http.StatusOK {
		v.t.Errorf("%s: %d", address, got.status)
	}
	if !strings.HasSuffix(address, ".docx") {
		return got.text
	}
	archive, err := zip.NewReader(strings.NewReader(got.text), int64(len(got.text)))
	if err != nil {
		v.t.Error(err)
		return ""
	}
	var parts bytes.Buffer
	for _, file := range archive.File {
		part, err := file.Open()
		if err != nil {
			v.t.Error(err)
			continue
		}
		io.Copy(&parts, part)
		part.Close()
	}
	return parts.String()
}

func TestTheChairErasesAClauseFromVersionsWithoutScripts(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		chair, editor := visit(t, node.URL), visit(t, node.URL)
		chair.enter(t, "chair", "Ari", flags...)
		editor.enter(t, "editor", "Eun", flags...)
		statement := "/statements/" + forum.Statements[0]
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		cid, words := s.aClause(forum.Statements[0])
		s.call("PATCH", "/api/v1"+statement+"/clauses/"+cid, map[string]any{"base": words, "text": "The village is called Hanuldong."}).succeeded()
		editor.open(statement+"/versions/new").form("/versions").fill("label", "First").submit().mustBe(200, "Hanuldong")
		s.call("PATCH", "/api/v1"+statement+"/clauses/"+cid, map[string]any{"base": "The village is called Hanuldong.", "text": words}).succeeded()
		editor.open(statement+"/versions/new").form("/versions").submit().mustBe(200, "version has been made")
		root := s.root(statement, 1)

		editor.open(statement + "/versions/1/erasures").mustBe(http.StatusForbidden)
		editor.open(statement + "/versions/1/erasures/" + cid).mustBe(http.StatusForbidden)
		chair.open(statement+"/versions/1/erasures").mustBe(200, "Choose the clause", "Hanuldong")
		wish := chair.open(statement+"/versions/1/erasures/"+cid).mustBe(200, "can't be undone", "Version 2: the same clause in other words").form("/erasures/" + cid)
		stolen := wish
		stolen.page.v = editor
		stolen.fill("reason", "Because.").submit().mustBe(http.StatusForbidden)
		wish.fill("reason", "It named a village.").submit().mustBe(http.StatusUnprocessableEntity, "Please confirm", "It named a village.")
		wish.fields.Set("confirmed", "yes")
		wish.submit().mustBe(200, "The words have been erased", "erratum 1", "It named a village.", "Ari")
		wish.submit().mustBe(200, "The words have been erased") // sent again

		for _, address := range []string{"", ".md", ".docx", "/proof"} {
			shown := editor.reads(statement + "/versions/1" + address)
			if strings.Contains(shown, "Hanuldong") || !strings.Contains(shown, "rratum 1") && !strings.Contains(shown, "정오 제1호") {
				t.Errorf("versions/1%s shows %s", address, shown)
			}
		}
		if again := s.root(statement, 1); again != root {
			t.Errorf("the fingerprint was %s and is %s", root, again)
		}
		editor.open(statement+"/versions/1/proof").mustBe(200, "Checked just now", "Erased by erratum 1")
		if p := editor.open(statement + "/comparison?from=1&to=2"); p.status != 200 || !p.says("Words erased (erratum 1)") || p.says("Hanuldong") {
			t.Errorf("%s", p.text)
		}
		chair.open(statement + "/versions/1/erasures/" + cid).mustBe(http.StatusGone)
		editor.open(statement+"/versions/1/restoration").mustBe(200, "1 clause was erased")
		chair.open(statement + "/authorship").mustBe(200)
	})
}

// root is the fingerprint of a version.
func (s script) root(statement string, no int) string {
	s.t.Helper()
	var version struct{ Root string }
	s.call("GET", "/api/v1"+statement+"/versions/"+string(rune('0'+no)), nil).into(&version)
	return version.Root
}

func TestAnExportDuringAnErasureHasTheWordsOrTheGapAndNoneAfterItHasTheWords(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		cid, words := s.aClause(forum.Statements[0])
		statement := "/statements/" + forum.Statements[0]
		s.call("PATCH", "/api/v1"+statement+"/clauses/"+cid, map[string]any{"base": words, "text": "The village is called Hanuldong."}).succeeded()
		s.call("POST", "/api/v1"+statement+"/versions", map[string]any{"label": "First"}).succeeded()
		var readers sync.WaitGroup
		stop, begun := make(chan struct{}), make(chan struct{}, 2)
		for _, address := range []string{".md", ".docx"} {
			reader := visit(t, node.URL)
			reader.enter(t, "member", "Minho"+address[1:], flags...)
			readers.Go(func() {
				for n := 0; ; n++ {
					if n == 1 {
						begun <- struct{}{}
					}
					select {
					case <-stop:
						return
					default:
					}
					text := reader.reads(statement + "/versions/1" + address)
					if strings.Contains(text, "Hanuldong") == strings.Contains(text, "rratum 1") {
						t.Errorf("%s is half erased: %s", address, text)
					}
				}
			})
		}
		<-begun
		<-begun
		erasure := map[string]any{"id": "0193a6e2-0000-7000-8000-00000000000a", "newest": 1, "reason": "It named a village.", "confirmed": true,
			"places": []map[string]any{{"version": 1, "cid": cid}}}
		s.call("POST", "/api/v1"+statement+"/errata", erasure).succeeded()
		if text := visitAs(t, node.URL, flags).reads(statement + "/versions/1.md"); strings.Contains(text, "Hanuldong") {
			t.Errorf("an export after the erasure has the words: %s", text)
		}
		close(stop)
		readers.Wait()
		var list struct {
			Items []struct {
				No     int
				Reason string
				Places []struct{ Version int }
			}
		}
		s.call("GET", "/api/v1"+statement+"/errata", nil).into(&list)
		if len(list.Items) != 1 || list.Items[0].No != 1 || len(list.Items[0].Places) != 1 {
			t.Errorf("%+v", list)
		}
	})
}

// visitAs is a member who has just come in.
func visitAs(t *testing.T, base string, flags []string) *visitor {
	t.Helper()
	v := visit(t, base)
	v.enter(t, "member", "Hana", flags...)
	return v
}
