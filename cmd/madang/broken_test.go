package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// brokenSigns are what no address and no hidden field of the forum holds, and what a
// database may choke on.
var brokenSigns = map[string]string{"a null": "\x00", "half a letter": "\xed\xa0\x80", "no UTF-8": "\xff\xfe", "a long word": strings.Repeat("z", 3_000)}

var pathParam = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|\bc[a-z0-9]{10}\b`)

func TestABrokenAddressIsNoFaultOfTheForum(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		chair := visit(t, node.URL)
		chair.enter(t, "chair", "Dana", flags...)
		at := "/statements/" + forum.Statements[0]
		clause := pathParam.FindAllString(chair.open(at).text, -1)
		var cid string
		for _, found := range clause {
			if found[0] == 'c' && len(found) == 11 {
				cid = found
			}
		}
		addresses := []string{
			at, at + "/threads", at + "/clauses/" + cid, at + "/clauses/" + cid + "/text", at + "/clauses/" + cid + "/history", at + "/clauses/" + cid + "/languages/ko",
			at + "/versions/1", at + "/comparison?from=1&to=draft", at + "/holds/" + forum.Statements[0], at + "/clauses/new?after=" + cid,
			at + "/amendments/new?clause=" + cid + "&kind=text", "/threads/" + forum.Statements[0], "/comments/" + forum.Statements[0] + "/translations/en",
			"/amendments/" + forum.Statements[0], "/groups/" + forum.Statements[0] + "/members", "/consultations/" + forum.Statements[0],
			"/consultations/" + forum.Statements[0] + "/submissions/1", "/search?q=a&kind=comment&group=b", "/invitations/x", "/kept/" + forum.Statements[0], "/mail/stop/x", "/notices?after=1",
		}
		for name, sign := range brokenSigns {
			for _, address := range addresses {
				whole, err := url.Parse(address)
				if err != nil {
					t.Fatal(err)
				}
				parts := strings.Split(whole.Path, "/")
				for i := 2; i < len(parts); i++ {
					broken := append([]string(nil), parts...)
					broken[i] = url.PathEscape(sign)
					if page := chair.open(strings.Join(broken, "/")); page.status >= http.StatusInternalServerError {
						t.Errorf("%s in part %d of %s: %d", name, i, address, page.status)
					}
				}
				for key := range whole.Query() {
					query := whole.Query()
					query.Set(key, sign)
					if page := chair.open(whole.Path + "?" + query.Encode()); page.status >= http.StatusInternalServerError {
						t.Errorf("%s as %s of %s: %d", name, key, address, page.status)
					}
				}
			}
			for _, form := range []struct{ address, action string }{
				{at + "/clauses/" + cid, "/threads"}, {at + "/clauses/" + cid + "/text", "/text"}, {at + "/clauses/new?after=" + cid, "/clauses"},
				{at + "/amendments/new?clause=" + cid + "&kind=text", "/amendments"}, {"/me/tokens", "/me/tokens"}, {at + "/title", "/title"},
			} {
				shown := chair.open(form.address).form(form.action)
				for field := range shown.fields {
					if field == "csrf" {
						continue
					}
					again := chair.open(form.address).form(form.action)
					again.fields.Set(field, sign)
					if page := again.submit(); page.status >= http.StatusInternalServerError {
						t.Errorf("%s as %s of the form on %s: %d", name, field, form.address, page.status)
					}
				}
			}
		}
	})
}
