package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/jmoiron/sqlx"

	"madang/app"
	"madang/db"
	"madang/realtime/yjs"
)

// attack is one thing that a hostile client may send to a document that others edit.
// It answers nothing: what is sent is what it does to the attacker's window.
type attack struct {
	name string
	code string // of the refusal
	do   func(t testing.TB, attacker, innocent *editor)
}

// raw is an update of one client with one struct, in format V1: its info byte and what
// follows.
func raw(client yjs.ClientID, clock uint64, info byte, rest ...byte) []byte {
	b := binary.AppendUvarint([]byte{1, 1}, uint64(client))
	b = binary.AppendUvarint(b, clock)
	return append(append(append(b, info), rest...), 0)
}

// garbage is a struct that only takes up clocks.
func garbage(client yjs.ClientID, clock, length uint64) []byte {
	return raw(client, clock, 0, binary.AppendUvarint(nil, length)...)
}

// inRoot is what follows the info byte of an item in a root type.
func inRoot(root string, content ...byte) []byte {
	b := append([]byte{1, byte(len(root))}, root...)
	return append(b, content...)
}

// sends makes an attack of an update.
func sends(update func(attacker, innocent *editor) []byte) func(testing.TB, *editor, *editor) {
	return func(_ testing.TB, attacker, innocent *editor) {
		attacker.post(update(attacker, innocent))
	}
}

// post sends an update, whatever it is. The socket may end meanwhile.
func (e *editor) post(update []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.unsettled = append(e.unsettled, "")
	_ = e.send(syncMessage(2, update))
}

// changes makes an attack of a change that the attacker's own replica takes.
func changes(change func(txn *yjs.Txn, root *yjs.XMLFragment) error) func(testing.TB, *editor, *editor) {
	return func(t testing.TB, attacker, _ *editor) {
		attacker.mu.Lock()
		effect, err := attacker.doc.Transact(attacker.client, func(txn *yjs.Txn) error {
			return change(txn, attacker.doc.XMLFragment("prosemirror"))
		})
		attacker.mu.Unlock()
		if err != nil {
			t.Fatal(err)
		}
		attacker.post(effect.Update())
	}
}

func inserting(node string, attributes map[string]any) func(*yjs.Txn, *yjs.XMLFragment) error {
	return func(txn *yjs.Txn, root *yjs.XMLFragment) error {
		_, err := txn.InsertElement(root, 0, node, attributes)
		return err
	}
}

func marking(mark string, value any) func(*yjs.Txn, *yjs.XMLFragment) error {
	return func(txn *yjs.Txn, root *yjs.XMLFragment) error {
		return txn.Format(textsIn(root)[0], 0, 4, map[string]any{mark: value})
	}
}

func (e *editor) clock() uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.doc.StateVector()[e.client]
}

// attacks are the rows of the gate that end in a refusal.
var attacks = []attack{
	{"typing under somebody else's client id", "live.client_foreign", sends(func(_, innocent *editor) []byte {
		return raw(innocent.client, innocent.clock(), 4, inRoot("prosemirror", 1, 'x')...)
	})},
	{"twelve bytes that would silence somebody for good", "live.client_foreign", sends(func(_, innocent *editor) []byte {
		return garbage(innocent.client, innocent.clock(), 1<<31)
	})},
	{"a clock moved far ahead", "live.clock", sends(func(attacker, _ *editor) []byte {
		return garbage(attacker.client, 0, 1<<31)
	})},
	{"other words under ids that are known", "live.equivocation", func(t testing.TB, attacker, _ *editor) {
		attacker.write("yes")
		until(t, "it is saved", attacker.isSaved)
		attacker.post(raw(attacker.client, 0, 4, inRoot("prosemirror", 3, 'n', 'o', '!')...))
	}},
	{"a node that statements don't have", "live.schema", changes(inserting("script", nil))},
	{"an attribute that would run", "live.schema", changes(inserting("paragraph", map[string]any{"onclick": "alert(1)"}))},
	{"a list item outside of a list", "live.schema", changes(inserting("list_item", nil))},
	{"a mark that nobody knows", "live.schema", changes(marking("blink", map[string]any{}))},
	{"a link that runs a script", "live.schema", changes(marking("link", map[string]any{"href": "javascript:alert(1)"}))},
	{"another root type", "live.schema", sends(func(attacker, _ *editor) []byte {
		return raw(attacker.client, 0, 4, inRoot("elsewhere", 1, 'x')...)
	})},
	{"a value among the blocks", "live.schema", sends(func(attacker, _ *editor) []byte {
		return raw(attacker.client, 0, 8, inRoot("prosemirror", 1, 126)...)
	})},
	{"more deleted ranges than anybody has", "live.limits", sends(func(attacker, _ *editor) []byte {
		b := binary.AppendUvarint([]byte{0, 1}, uint64(attacker.client))
		b = binary.AppendUvarint(b, 60_000)
		for i := range uint64(60_000) {
			b = append(binary.AppendUvarint(b, 2*i), 1)
		}
		return b
	})},
	{"a count that lies", "live.malformed", sends(func(_, _ *editor) []byte { return []byte{0xff, 0xff, 0xff, 0xff, 0x0f} })},
	{"a number longer than it need be", "live.malformed", sends(func(_, _ *editor) []byte { return []byte{0x80, 0, 0} })},
	{"bytes behind the end", "live.malformed", sends(func(_, _ *editor) []byte { return []byte{0, 0, 7} })},
	{"a frame of text", "live.malformed", func(_ testing.TB, attacker, _ *editor) {
		attacker.sendRaw(websocket.TextMessage, []byte("hello"))
	}},
	{"what builds on nothing, over and over", "live.gap", func(t testing.TB, attacker, _ *editor) {
		missing := binary.AppendUvarint(binary.AppendUvarint([]byte{}, 77), 5)
		until(t, "patience ends", func() bool {
			if attacker.farewell() == nil {
				attacker.post(raw(attacker.client, 0, 0x84, append(missing, 1, 'x')...))
			}
			return attacker.farewell() != nil
		})
	}},
}

func TestWhateverAnAttackerSendsTheOthersWriteOn(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "3", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		statement := forum.Statements[0]
		innocent := edit(t, node.URL, forum.Tokens[1], statement)
		innocent.write(" From the beginning.")
		until(t, "it is saved", innocent.isSaved)
		for _, a := range attacks {
			t.Run(a.name, func(t *testing.T) {
				attacker := edit(t, node.URL, forum.Tokens[2], statement)
				a.do(t, attacker, innocent)
				attacker.awaitRefusal(a.code)
				innocent.write(" Undisturbed.")
				until(t, "the innocent one's words are saved", innocent.isSaved)
				again := edit(t, node.URL, forum.Tokens[2], statement)
				again.write(" Better.")
				until(t, "the attacker can go on with a new document", again.isSaved)
				again.leave()
			})
		}
		last := edit(t, node.URL, forum.Tokens[0], statement)
		until(t, "all read the same", func() bool { return last.text() == innocent.text() })
		stored := storedIn(t, flags, app.ID(statement))
		if mine, real := treeOf(t, last.doc.EncodeStateAsUpdate(nil)), treeOf(t, stored...); !reflect.DeepEqual(mine, real) {
			t.Errorf("real Yjs reads the log as\n%v\nand people read\n%v", real, mine)
		}
		for _, a := range attacks {
			if a.code != "live.gap" { // every message of that was answered, and is no offence
				quarantined(t, flags, statement, a.code)
			}
		}
		if got := strings.Count(innocent.text(), "Undisturbed."); got != len(attacks) {
			t.Errorf("%d times Undisturbed, of %d", got, len(attacks))
		}
	})
}

func TestWhoMayOnlyReadCanNotWriteThroughTheSocket(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		visit(t, node.URL).enter(t, "member", "Reader", flags...)
		token := strings.TrimSpace(mustMadang(t, append([]string{"token", "--group", "made-up-group-fiction", "--persona", "Reader"}, flags...)...))
		reader := edit(t, node.URL, token, forum.Statements[0])
		before := reader.text()
		reader.write(" Mine now.")
		reader.awaitRefusal("live.role")
		if got := edit(t, node.URL, token, forum.Statements[0]).text(); got != before {
			t.Errorf("the text is %q", got)
		}
	})
}

func TestNobodyBeginsMoreThanAHundredClientIDsADay(t *testing.T) {
	data := t.TempDir()
	forum := populate(t, "--personas", "2", "--statements", "1", "--data", data)
	node := serve(t, "--data", data)
	attacker := edit(t, node.URL, forum.Tokens[1], forum.Statements[0])
	for n := 0; attacker.farewell() == nil && n < 150; n++ {
		attacker.mu.Lock()
		attacker.client = yjs.ClientID(1000 + n)
		attacker.mu.Unlock()
		if attacker.write(".") {
			until(t, "an answer", func() bool { return attacker.isSaved() || attacker.farewell() != nil })
		}
	}
	attacker.awaitRefusal("live.clients")
	if n := len(attacker.savedWords()); n != 100 {
		t.Errorf("%d client ids were taken", n)
	}
	innocent := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
	innocent.write(" Unharmed.")
	until(t, "others write on", innocent.isSaved)
}

// openedAs opens the database of a forum by the flags that commands find it with.
func openedAs(t *testing.T, flags []string) *db.DB {
	t.Helper()
	var c db.Config
	for i, flag := range flags {
		switch flag {
		case "--database-url":
			c.URL = flags[i+1]
		case "--data":
			c.Data = flags[i+1]
		}
	}
	d, err := db.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// storedIn is the document as the log holds it, update by update.
func storedIn(t *testing.T, flags []string, doc app.ID) [][]byte {
	t.Helper()
	stored, err := db.NewLiveLog(openedAs(t, flags)).Load(t.Context(), doc)
	if err != nil {
		t.Fatal(err)
	}
	var updates [][]byte
	if len(stored.State) > 0 {
		updates = append(updates, stored.State)
	}
	for _, u := range stored.Tail {
		updates = append(updates, u.Update)
	}
	return updates
}

// treeOf is what the real Yjs makes of updates.
func treeOf(t *testing.T, updates ...[]byte) map[string]any {
	t.Helper()
	question, err := json.Marshal(map[string]any{"do": "load", "updates": updates, "gc": true})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "../../static/judge/judge.mjs")
	cmd.Stdin = bytes.NewReader(append(question, '\n'))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Error   string
		Tree    map[string]any
		Pending bool
	}
	if err := json.Unmarshal(out, &answer); err != nil || answer.Error != "" || answer.Pending {
		t.Fatalf("%v in %.300s", err, out)
	}
	return answer.Tree
}

// quarantined counts what was refused with a code and kept, once anything is.
func quarantined(t *testing.T, flags []string, statement, code string) (n int) {
	t.Helper()
	database := past(t, flags)
	var err error
	until(t, "something of "+code+" is in quarantine", func() bool {
		err = database.Get(&n, `SELECT COUNT(*) FROM live_refusals WHERE document_id = $1 AND code = $2`, statement, code)
		return err != nil || n > 0
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// past is a connection to the database past the program, by the flags it is served with.
func past(t *testing.T, flags []string) *sqlx.DB {
	t.Helper()
	driver, source := "sqlite", "file:"+flags[1]+"/madang.db?_pragma=busy_timeout(10000)"
	if len(flags) > 2 {
		driver, source = "postgres", flags[3]
	}
	database, err := sqlx.Connect(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { database.Close() })
	return database
}
