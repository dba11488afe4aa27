package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// faultyRows are rows that can't be taken, in the middle of the others; the last of them
// repeats a reference.
var faultyRows = []string{
	`F-1,letter,2026-03-02,"left open,words`, "F-2,pigeon,2026-03-02,Comment.,words", "F-3,letter,2999-01-01,Comment.,words", "F-4,letter,2026-03-02,,words",
	"F-5,letter,2026-03-02,Comment.,", "F-6,letter,yesterday,Comment.,words", "F-7,letter,2026-03-02,too,many,words", ",letter,2026-03-02,No reference.,words",
	"L-1,letter,2026-03-02,Twice.,words",
}

// tableOf is a file of letters, with the faulty rows after the half of them.
func tableOf(letters int) []byte {
	var b strings.Builder
	b.WriteString("reference,channel,on,comment,publish\n")
	for n := 1; n <= letters; n++ {
		if n == letters/2 {
			b.WriteString(strings.Join(faultyRows, "\n") + "\n")
		}
		fmt.Fprintf(&b, "L-%d,letter,2026-03-02,\"Letter %d says that the river belongs to all who drink of it, and to those who come after them.\",words\n", n, n)
	}
	return []byte(b.String())
}

func TestATableOfTwentyThousandLettersGoesInExactlyOnce(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		docket := consult(t, node.URL, forum.Statements[0], flags)
		mo, reader := visit(t, node.URL), visit(t, node.URL)
		mo.enter(t, "moderator", "Mo", flags...)
		letters := 20_000 - len(faultyRows)
		table := tableOf(letters)

		first := mo.open(docket+"/tables/new").form("/tables").submitWith("letters.csv", table).mustBe(200)
		first.mustCount("kept", letters).mustCount("known", 0).mustCount("faulty", len(faultyRows))
		reader.open(docket).mustCount("received", letters).mustCount("screening", letters)
		again := mo.open(docket+"/tables/new").form("/tables").submitWith("letters.csv", table).mustBe(200)
		again.mustCount("kept", 0).mustCount("known", letters).mustCount("faulty", len(faultyRows))
		reader.open(docket).mustCount("received", letters)

		file := func(report page, kind string) string {
			t.Helper()
			got := report.formWhere("gives "+kind, func(f form) bool { return f.fields.Get("kind") == kind }).submit()
			if got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") || got.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Fatalf("%d %v", got.status, got.header)
			}
			return got.text
		}
		if receipts := file(first, "receipts"); receipts != file(again, "receipts") || strings.Count(receipts, "\n") != letters+1 {
			t.Error("the file sent again shows other receipts")
		}
		faults := file(again, "faults")
		for _, told := range []string{"left open", "how it came", "today or before", "write a comment", "what may be published", "twice"} {
			if !strings.Contains(faults, told) {
				t.Errorf("the faults don't say %q:\n%s", told, faults)
			}
		}
		mended := strings.ReplaceAll(strings.ReplaceAll(faults, "pigeon", "letter"), "yesterday", "2026-03-03")
		mo.open(docket+"/tables/new").form("/tables").submitWith("faults.csv", []byte(mended)).mustBe(200).mustCount("kept", 2)
		reader.open(docket).mustCount("received", letters+2)
		other := strings.ReplaceAll(mended, "Comment.", "Another comment.")
		mo.open(docket+"/tables/new").form("/tables").submitWith("faults.csv", []byte(other)).mustBe(200, "Another submission was keyed in with this reference").mustCount("kept", 0)
		reader.open(docket).mustCount("received", letters+2)

		reader.open(docket + "/tables/new").mustBe(http.StatusUnauthorized)
		mo.open(docket+"/tables/new").form("/tables").submitWith("picture.csv", []byte("\x89PNG\r\n\x1a\n\x00\xff")).mustBe(http.StatusUnprocessableEntity, "nothing was kept")
		for cookie, want := range map[string]int{"": http.StatusRequestEntityTooLarge, "s=nobody": http.StatusForbidden} {
			if status := announceBody(t, node.URL, docket+"/tables", cookie, 1<<30); status != want {
				t.Errorf("a gibibyte with the cookie %q is answered with %d", cookie, status)
			}
		}
		if status := announceBody(t, node.URL, docket+"/tables", "", 2<<20); status != http.StatusRequestEntityTooLarge {
			t.Errorf("a large table of nobody is answered with %d", status)
		}
	})
}

func TestAProgramKeysInATableAsThePageDoes(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		docket := consult(t, node.URL, forum.Statements[0], flags)
		chair, editor, public := script{t: t, base: node.URL, token: forum.Tokens[0]}, script{t: t, base: node.URL, token: forum.Tokens[1]}, script{t: t, base: node.URL}
		at, table := "/api/v1"+docket+"/tables", string(tableOf(20))
		type receipt struct{ Tracking, Code, State string }
		type row struct {
			Line      int
			Reference string
			Known     bool
			Receipt   *receipt
			Problem   *struct{ Code, Detail, Field string }
		}
		type report struct {
			Kept, Known, Faulty int
			Rows                []row
		}
		var first, again report
		chair.sendFile(at, "text/csv", table).into(&first)
		chair.sendFile(at, "text/csv", table).into(&again)
		if first.Kept != 20 || first.Known != 0 || first.Faulty != len(faultyRows) || again.Kept != 0 || again.Known != 20 || again.Faulty != len(faultyRows) {
			t.Fatalf("first %+v, then %+v", first, again)
		}
		for i, row := range first.Rows {
			then := again.Rows[i]
			if (row.Receipt == nil) == (row.Problem == nil) || then.Known != (row.Receipt != nil) || row.Receipt != nil && *row.Receipt != *then.Receipt {
				t.Errorf("row %d: first %+v, then %+v", i, row, then)
			}
		}
		pigeon := first.Rows[slices.IndexFunc(first.Rows, func(r row) bool { return r.Reference == "F-2" })]
		if pigeon.Problem == nil || pigeon.Problem.Field != "channel" || pigeon.Problem.Detail == "" || pigeon.Line == 0 {
			t.Errorf("%+v", pigeon)
		}

		mo := visit(t, node.URL)
		mo.enter(t, "moderator", "Mo", flags...)
		mo.open(docket+"/tables/new").form("/tables").submitWith("letters.csv", []byte(table)).mustBe(200).mustCount("kept", 0).mustCount("known", 20)
		visit(t, node.URL).open(docket).mustCount("received", 20)
		mo.open("/receipt").form("/receipt").fill("code", first.Rows[0].Receipt.Code).submit().mustBe(200, "Letter 1 says")
		var listed struct{ Items []struct{ Channel string } }
		if chair.call("GET", "/api/v1"+docket+"/inbox?channel=letter", nil).into(&listed); len(listed.Items) != 20 {
			t.Errorf("%d came by letter", len(listed.Items))
		}

		public.sendFile(at, "text/csv", table).refused(http.StatusForbidden, "cross_site")
		editor.sendFile(at, "text/csv", table).refused(http.StatusForbidden, "role.screen")
		chair.sendFile(at, "text/csv", "").refused(http.StatusUnprocessableEntity, "table.file")
		chair.sendFile(at, "text/csv", "\x89PNG\r\n\x1a\n\x00\xff").refused(http.StatusUnprocessableEntity, "table.encoding")
		chair.sendFile(at, "text/csv", table+strings.Repeat(" ", 12<<20)).refused(http.StatusRequestEntityTooLarge, "table.large")
		chair.sendFile(at, "text/csv", strings.Repeat("o", 14<<20)).refused(http.StatusRequestEntityTooLarge, "table.large")
		visit(t, node.URL).open(docket).mustCount("received", 20)
	})
}

// announceBody says that a body of so many bytes comes, sends of it what the forum takes,
// and returns the status that is answered.
func announceBody(t *testing.T, base, path, cookie string, size int64) int {
	t.Helper()
	at, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", at.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n", path, at.Host, cookie, size)
	go func() { _, _ = io.CopyN(conn, zeros{}, size) }() // until the connection is closed
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// zeros never end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
