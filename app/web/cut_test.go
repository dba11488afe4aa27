package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// sendParts begins a statement with a form whose file, or else text, has so many bytes.
func (s *site) sendParts(session string, text, file int) answer {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"title": "Seas and lakes", "lang": "en"} {
		if err := form.WriteField(name, value); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := form.WriteField("text", "Typed beside the file. "+strings.Repeat("o", text)); err != nil {
		s.t.Fatal(err)
	}
	part, err := form.CreateFormFile("file", "seas.md")
	if err == nil {
		_, err = part.Write(bytes.Repeat([]byte("o"), file))
	}
	if err != nil {
		s.t.Fatal(err)
	}
	form.Close()
	r := s.request(session, http.MethodPost, "/groups/"+string(s.Group.ID)+"/statements", nil)
	sized := httptest.NewRequest(r.Method, r.URL.Path, &body)
	sized.Host, sized.Header = r.Host, r.Header
	sized.Header.Set("Content-Type", form.FormDataContentType())
	return s.do(sized)
}

func TestAFormWithTooLargeAFileComesBackWithItsWords(t *testing.T) {
	s := open(t)
	session := s.signIn(s.Dani)
	s.sendParts(session, 0, bodyMax).mustBe(http.StatusRequestEntityTooLarge).mustSay("Typed beside the file.", "Seas and lakes", "The text is too large", "choose the file once more")
	s.sendParts(session, bodyMax, 0).mustBe(http.StatusRequestEntityTooLarge).mustSay("more than the forum takes at once", "Go back")
	s.sendParts("a session that ended", 0, bodyMax).mustBe(http.StatusUnauthorized).mustSay("Typed beside the file.")
}

func TestNobodyCanSayThatTheirFormWasCutOff(t *testing.T) {
	s := open(t)
	r := s.request(s.signIn(s.Dani), http.MethodPost, "/groups/"+string(s.Group.ID)+"/statements", url.Values{"title": {"Seas and lakes"}, "lang": {"en"}})
	r.Header.Set(cutHeader, "99999999 multipart/form-data; boundary=x")
	s.do(r).leadsTo()
}
