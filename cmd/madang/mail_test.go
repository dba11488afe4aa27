package main

import (
	"bufio"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// mailServer takes letters as RFC 5321 has it, as far as the forum speaks it, and refuses
// some.
type mailServer struct {
	address string
	mu      sync.Mutex
	letters []*mail.Message
	tried   int
	// answer is what RCPT is answered; empty is yes.
	answer string
}

func takeMail(t *testing.T) *mailServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	m := &mailServer{address: "smtp://" + listener.Addr().String()}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go m.talk(conn)
		}
	}()
	return m
}

func (m *mailServer) talk(conn net.Conn) {
	defer conn.Close()
	from := bufio.NewReader(conn)
	say := func(line string) { fmt.Fprint(conn, line+"\r\n") }
	say("220 mail.test")
	for {
		line, err := from.ReadString('\n')
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " ")
		switch verb {
		case "RCPT":
			m.mu.Lock()
			answer := m.answer
			m.tried++
			m.mu.Unlock()
			if answer == "" {
				answer = "250 OK"
			}
			say(answer)
		case "DATA":
			say("354 Go on")
			m.take(from)
			say("250 Taken")
		case "QUIT":
			say("221 Bye")
			return
		default:
			say("250 OK")
		}
	}
}

func (m *mailServer) take(from *bufio.Reader) {
	var text strings.Builder
	for {
		line, err := from.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		text.WriteString(strings.TrimPrefix(line, "."))
	}
	letter, err := mail.ReadMessage(strings.NewReader(text.String()))
	if err != nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.letters = append(m.letters, letter)
}

func (m *mailServer) refuse(answer string) (tried int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answer = answer
	return m.tried
}

// letter waits for the n-th letter, and returns its head and its words.
func (m *mailServer) letter(t *testing.T, n int) (mail.Header, string) {
	t.Helper()
	until(t, fmt.Sprintf("letter %d comes", n), func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		return len(m.letters) >= n
	})
	m.mu.Lock()
	defer m.mu.Unlock()
	letter := m.letters[n-1]
	body := letter.Body
	if letter.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		body = quotedprintable.NewReader(letter.Body)
	}
	words, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return letter.Header, string(words)
}

var linkIn = regexp.MustCompile(`https?://\S+/mail/\S+`)

func (m *mailServer) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.letters)
}

// mustHold looks at the address in the form.
func (p page) mustHold(address string) page {
	p.v.t.Helper()
	if got := p.form("/me/mail").fields.Get("address"); got != address {
		p.v.t.Errorf("the form holds %q, not %q", got, address)
	}
	return p
}

func TestALetterSaysThatThereIsNewsAndNothingElse(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		post := takeMail(t)
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		flags = append(flags, "--mail-server", post.address, "--mail-every", "50ms")
		node := serve(t, flags...)
		places := flags[:len(flags)-4]
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		statement := "/statements/" + forum.Statements[0]
		cid, words := s.aClause(forum.Statements[0])
		listener := visit(t, node.URL)
		listener.enter(t, "member", "Lee", places...)
		listener.open(statement).press("/follows", "Follow this statement", "follow", "yes").mustBe(200)

		form := listener.open("/me").mustBe(200, "How you are told by mail").v.open("/me/mail").mustBe(200, "Never").form("/me/mail")
		form.fill("address", "lee at example").choose("pace", "at_once").submit().mustBe(422, "This isn't an address").mustHold("lee at example")
		form.fill("address", "lee@example.org").choose("pace", "at_once").fill("quiet_from", "3").fill("quiet_to", "3").submit().mustBe(200, "nothing else goes there before")
		head, body := post.letter(t, 1)
		if head.Get("Subject") != "Is this your address?" || head.Get("To") != "<lee@example.org>" {
			t.Errorf("%v", head)
		}
		link, err := url.Parse(linkIn.FindString(body))
		if err != nil {
			t.Fatal(err)
		}
		anybody := visit(t, node.URL)
		anybody.open(link.Path).mustBe(200, "Is this your address?")
		anybody.open(link.Path).form(link.Path).submit().mustBe(200, "The address is confirmed")

		s.openThread(forum.Statements[0], cid, "A secret word.")
		head, body = post.letter(t, 2)
		if head.Get("Subject") != "News" || head.Get("Auto-Submitted") != "auto-generated" || head.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || !strings.Contains(body, "1 new thing") {
			t.Errorf("%v\n%s", head, body)
		}
		for _, secret := range []string{"secret", words, cid, forum.Statements[0], "Lee"} {
			if strings.Contains(body+fmt.Sprint(head), secret) {
				t.Errorf("the letter says %q", secret)
			}
		}
		stop, err := url.Parse(strings.Trim(head.Get("List-Unsubscribe"), "<>"))
		if err != nil {
			t.Fatal(err)
		}
		anybody.open(stop.Path).mustBe(200, "No more letters")
		listener.open("/me/mail").mustBe(200).mustHold("lee@example.org")
		reply, err := http.PostForm(node.URL+stop.Path, url.Values{"List-Unsubscribe": {"One-Click"}}) // as a mail program sends it
		if err != nil || reply.StatusCode != http.StatusOK {
			t.Fatalf("%v, %v", reply, err)
		}
		reply.Body.Close()
		listener.open("/me/mail").mustBe(200).mustHold("")
		anybody.open(stop.Path).mustBe(404, "does nothing any more")
		if log := node.notes.text(); strings.Contains(log, "example.org") || strings.Contains(log, stop.Path) {
			t.Errorf("the log tells of the address:\n%s", log)
		}
	})
}

func TestALetterWaitsForAServerAndStopsAtARefusal(t *testing.T) {
	eachDatabase(t, func(t *testing.T, places []string) {
		post := takeMail(t)
		populate(t, append([]string{"--personas", "1", "--statements", "1"}, places...)...)
		node := serve(t, append([]string{"--mail-server", post.address, "--mail-every", "50ms"}, places...)...)
		listener := visit(t, node.URL)
		listener.enter(t, "member", "Lee", places...)
		post.refuse("451 Later")
		ask := func(address string) page {
			return listener.open("/me/mail").form("/me/mail").fill("address", address).choose("pace", "daily").submit()
		}
		ask("lee@example.org").mustBe(200)
		until(t, "the server is asked, and the letter waits", func() bool {
			return post.refuse("451 Later") > 0 && strings.Contains(node.notes.text(), "answered 451")
		})
		if post.count() > 0 {
			t.Error("a letter came that was put off")
		}
		ask("bo@example.org").mustBe(429, "Wait ten minutes").mustHold("bo@example.org")
		listener.open("/me/mail").mustBe(200).mustHold("lee@example.org").mustNotSay("came back")

		other := visit(t, node.URL)
		other.enter(t, "member", "Bo", places...)
		post.refuse("550 Nobody here")
		other.open("/me/mail").form("/me/mail").fill("address", "bo@example.org").choose("pace", "daily").submit().mustBe(200)
		until(t, "it is known that letters come back", func() bool { return other.open("/me/mail").says("came back") })
		if strings.Contains(node.notes.text(), "example.org") {
			t.Error("the log names an address")
		}
	})
}

func TestWithoutAMailServerNobodyIsWrittenTo(t *testing.T) {
	places := []string{"--data", t.TempDir()}
	populate(t, append([]string{"--personas", "1", "--statements", "1"}, places...)...)
	node := serve(t, places...)
	listener := visit(t, node.URL)
	listener.enter(t, "member", "Lee", places...)
	listener.open("/me/mail").mustBe(200, "This forum sends no letters")
}
