package realtime

// What is told of the protocol to people who write clients is made of these tables, by a page
// of app/web. A test finds each constant and each code of a refusal in them.

// MessageType is a sort of frame: From is "both", "client" or "server", Fields are what
// follows the number, as lib0 writes them.
type MessageType struct {
	Number             int
	Name, From, Fields string
}

// Messages are the types of messages. Those up to 3 are y-websocket's, so that a stock
// provider joins; the others are ours, and a stock provider only logs them.
var Messages = []MessageType{
	{msgSync, "sync", "both", "varuint step, bytes"},
	{msgAwareness, "awareness", "both", "bytes"},
	{msgAuth, "auth", "client", "…"},
	{msgQueryAwareness, "query", "client", "—"},
	{msgAck, "acknowledgement", "server", "varuint client, varuint clock, varuint seq"},
	{msgRefusal, "refusal", "server", "string code, string key"},
	{msgRole, "role", "server", "string role, varuint schema"},
	{msgEpoch, "epoch", "server", "varuint epoch"},
	{msgAnnouncement, "announcement", "server", "varuint seq"},
	{msgTextHash, "hash", "both", "varuint seq, bytes(32)"},
	{msgNotice, "notice", "server", "string code, string key"},
}

// Closing is why a connection ended.
type Closing struct {
	Code int
	Name string
	// IsFinal says that coming back would bring the same: y-websocket stays away after
	// 4400 to 4499, and after no other code.
	IsFinal bool
}

// Closings are all there are.
var Closings = []Closing{
	{closeSignIn, "sign_in", true},
	{closeForbidden, "forbidden", true},
	{closeNotFound, "not_found", true},
	{closeRebuild, "rebuild", true},
	{closeEpoch, "epoch", true},
	{closeSchema, "schema", true},
	{closeRestart, "restart", false},
	{closeBusy, "busy", false},
}

// Refusals are the codes of msgRefusal: what the gate, or the log, doesn't take.
var Refusals = []string{
	"live.token", "live.role", "live.schema", "live.full", "live.large", "live.limits", "live.held", "live.clients",
	"live.gap", "live.malformed", "live.client_foreign", "live.clock", "live.equivocation", "live.diverged",
}
