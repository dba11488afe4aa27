package main

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var feedAddress = regexp.MustCompile(`http://[^"\s]+/feeds/[A-Z2-7]{52}`)

// atomIn fetches a feed as a reader does: without a cookie.
func atomIn(t *testing.T, address string) (status int, titles []string) {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return res.StatusCode, nil
	}
	var feed struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		Entries []struct {
			Title string `xml:"title"`
		} `xml:"entry"`
	}
	if err := xml.NewDecoder(res.Body).Decode(&feed); err != nil {
		t.Fatal(err)
	}
	for _, e := range feed.Entries {
		titles = append(titles, e.Title)
	}
	return res.StatusCode, titles
}

func TestAReaderOfFeedsIsToldWhatItsOwnerMayReadUntilTheyEndIt(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		cid, words := s.aClause(forum.Statements[0])
		chair, listener := visit(t, node.URL), visit(t, node.URL)
		chair.enter(t, "chair", "Chioma", flags...)
		listener.enter(t, "member", "Lee", flags...)
		listener.open("/statements/"+forum.Statements[0]).press("/follows", "Follow this statement", "follow", "yes").mustBe(200)

		made := listener.open("/notices").mustBe(200, "A feed of my news").v.open("/notices/feed").mustBe(200, "Whoever has the address").
			form("/notices/feed").submit().mustBe(200, "Your feed is made", "shown once")
		address := localTo(t, node.URL, feedAddress.FindString(made.text))
		if status, titles := atomIn(t, address); status != 200 || len(titles) != 0 {
			t.Errorf("%d, %q", status, titles)
		}
		s.openThread(forum.Statements[0], cid, "A secret word.")
		status, titles := atomIn(t, address)
		if status != 200 || len(titles) != 1 || !strings.HasSuffix(titles[0], " · A new thread") || strings.Contains(titles[0], words) {
			t.Errorf("%d, %q", status, titles)
		}

		// Made anew, the old address is gone; ended, the new one is.
		made = listener.open("/notices/feed").mustBe(200, "You have had a feed since").press("/notices/feed", "Make a new address", "", "").mustBe(200, "Your feed is made")
		newer := localTo(t, node.URL, feedAddress.FindString(made.text))
		if status, _ := atomIn(t, address); status != http.StatusNotFound {
			t.Errorf("the old address answers with %d", status)
		}
		if status, titles := atomIn(t, newer); status != 200 || len(titles) != 1 {
			t.Errorf("%d, %q", status, titles)
		}

		// Whoever is a member no more is told nothing, by no address.
		members := chair.open("/groups/" + s.group() + "/members")
		lee := members.formWhere("changes Lee's role", func(f form) bool { return strings.HasSuffix(f.path(), "/role") && strings.Contains(f.about, "Lee") })
		chair.open(strings.TrimSuffix(lee.path(), "/role")+"/deletion").form("/deletion").submit().mustBe(200, "membership has been ended")
		if status, _ := atomIn(t, newer); status != http.StatusNotFound {
			t.Errorf("whose membership ended is answered with %d", status)
		}
		own := chair.open("/notices/feed").form("/notices/feed").submit().mustBe(200)
		address = localTo(t, node.URL, feedAddress.FindString(own.text))
		chair.open("/notices/feed").form("/notices/feed/revocations").submit().mustBe(200, "The feed is ended").mustNotSay("You have had a feed")
		if status, _ := atomIn(t, address); status != http.StatusNotFound {
			t.Errorf("an ended feed answers with %d", status)
		}
		for _, secret := range []string{address, newer} {
			if strings.Contains(node.notes.text(), secret[strings.LastIndex(secret, "/")+1:]) {
				t.Error("the log tells an address")
			}
		}
	})
}

// localTo is an address of the forum as this test reaches it.
func localTo(t *testing.T, base, address string) string {
	t.Helper()
	found, err := url.Parse(address)
	if err != nil || found.Path == "" {
		t.Fatalf("%q is no address: %v", address, err)
	}
	return base + found.Path
}
