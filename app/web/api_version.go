package web

import (
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
)

func (s *Server) mountVersionAPI(r fiber.Router) {
	api := s.memberRoutes(r, "Versions")
	api.get("/statements/:id/versions", s.apiVersions, "Lists the versions of a statement, without their texts.", gives(200, listJSON[versionJSON]{}))
	api.post("/statements/:id/versions", s.apiVersionCreate, "Makes a version of the text as it stands.",
		needs(app.Publish), takes(versionInput{ID: exampleID, Label: "For the assembly", Changelog: "Clause 1 names who is meant."}), gives(201, versionJSON{}))
	api.get("/statements/:id/versions/:no.docx", s.handleVersionWord, "Gives a version as a Word document.", givesFile(mimeWord))
	api.get("/statements/:id/versions/:no.html", s.handleVersionFile, "Gives a version as a page that fetches nothing.", givesFile(fiber.MIMETextHTML))
	api.get("/statements/:id/versions/:no.pdf", s.handleVersionPDF, "Gives a version as PDF, where the forum can make one.", givesFile(mimePDF))
	api.get("/statements/:id/versions/:no", s.apiVersion, "Gives a version with all that it takes to check what it is cited by.",
		query("format", "", "“docx” for a Word document."), gives(200, versionJSON{}), givesFile(mimeWord))
	api.get("/statements/:id/comparison", s.apiComparison, "Compares two versions, or a version with the text as it stands.",
		query("from", "", "The number of a version, or “draft”."), query("to", "", "The number of a version, or “draft”, if it isn't said."), gives(200, comparisonJSON{}))
	api.get("/statements/:id/errata", s.apiErrata, "Lists what was erased from versions.", gives(200, listJSON[erratumJSON]{}))
	api.post("/statements/:id/errata", s.apiErratumCreate, "Erases words from versions for good.",
		needs(app.Keep), takes(erasureInput{ID: exampleID, Places: []erasedJSON{{1, exampleClause}}, Newest: 1, Reason: "It names a person.", Confirmed: true}), gives(201, erratumJSON{}))
}

type versionJSON struct {
	ID        app.ID                `json:"id"`
	No        int                   `json:"no"`
	Kind      statement.VersionKind `json:"kind"`
	Title     string                `json:"title"`
	Lang      string                `json:"lang"`
	Label     string                `json:"label,omitempty"`
	Changelog string                `json:"changelog,omitempty"`
	By        app.ID                `json:"by"`
	Name      string                `json:"name"`
	Created   time.Time             `json:"created"`
	Epoch     int64                 `json:"epoch"`
	Seq       int64                 `json:"seq"`
	// Root is what the text can be cited by, in hexadecimal digits.
	Root string `json:"root"`
	// Clauses is the text; lists leave it out.
	Clauses []sealedJSON `json:"clauses,omitempty"`
}

// sealedJSON is a clause and what the root knows of it: Leaf is the SHA-256 of
// Preimage, which is absent if the clause was erased.
type sealedJSON struct {
	clauseJSON
	Leaf     string        `json:"leaf"`
	Preimage string        `json:"preimage,omitempty"`
	Verdict  prose.Verdict `json:"verdict"`
	// Erratum is the number of that which erased it.
	Erratum int `json:"erratum,omitempty"`
}

func versionJSONOf(v statement.Version) versionJSON {
	return versionJSON{
		ID: v.ID, No: v.No, Kind: v.Kind, Title: v.Title, Lang: v.Lang, Label: v.Label, Changelog: v.Changelog,
		By: v.By, Name: v.Name, Created: v.At, Epoch: v.Epoch, Seq: v.Seq, Root: hex.EncodeToString(v.Root[:]),
	}
}

func sealedOf(v statement.VersionView) []sealedJSON {
	found, numbers := v.Verify(), v.Doc.Numbers()
	clauses := make([]sealedJSON, len(v.Sealed.Clauses))
	for i, c := range v.Sealed.Clauses {
		clauses[i] = sealedJSON{
			clauseJSON: clauseOf(v.Doc.Blocks[i], numbers[c.CID]), Leaf: hex.EncodeToString(c.Leaf[:]), Verdict: found.Clauses[i].Verdict,
			Erratum: v.Erratum(i),
		}
		if !c.IsErased() {
			clauses[i].Preimage = string(v.Doc.Blocks[i].Preimage(c.Salt))
		}
	}
	return clauses
}

func (s *Server) apiVersions(c *fiber.Ctx) error {
	_, _, list, err := s.statements.Versions(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(list, versionJSONOf))
}

func (s *Server) apiVersion(c *fiber.Ctx) error {
	if formats[c.Query("format")] == mimeWord {
		return s.handleVersionWord(c)
	}
	view, err := s.version(c)
	if err != nil {
		return err
	}
	shown := versionJSONOf(view.Version)
	shown.Clauses = sealedOf(view)
	return s.answer(c, http.StatusOK, shown)
}

type versionInput struct {
	ID        app.ID `json:"id"`
	Label     string `json:"label"`
	Changelog string `json:"changelog"`
}

func (s *Server) apiVersionCreate(c *fiber.Ctx) error {
	var input versionInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	of := app.ID(c.Params("id"))
	made, err := s.statements.MakeVersion(c.UserContext(), actorOf(c), of, statement.NewVersion{ID: id, Label: input.Label, Changelog: input.Changelog})
	if err != nil {
		return err
	}
	c.Location("/api/v1/statements/" + string(of) + "/versions/" + strconv.Itoa(made.No))
	return s.answer(c, http.StatusCreated, versionJSONOf(made))
}

type comparisonJSON struct {
	From *versionJSON `json:"from"` // null is the live text
	To   *versionJSON `json:"to"`
	// Changelogs are the versions that came in between and say what is new.
	Changelogs []versionJSON `json:"changelogs"`
	Clauses    []changeJSON  `json:"clauses"`
}

// changeJSON is what became of a clause; From and To are where it stands in both texts,
// counted from 0, and absent where it doesn't.
type changeJSON struct {
	CID     string   `json:"cid"`
	From    *int     `json:"from,omitempty"`
	To      *int     `json:"to,omitempty"`
	Changes []string `json:"changes"`
	// Erratum is the number of that which erased the words on one side.
	Erratum int       `json:"erratum,omitempty"`
	Runs    []runJSON `json:"runs"`
	// Hunks are its changes one by one, with what each comes of; absent where the older
	// side comes second.
	Hunks []hunkJSON `json:"hunks,omitempty"`
	// Reasons are those of the accepted amendments that changed it.
	Reasons []whyJSON `json:"reasons,omitempty"`
}

type whyJSON struct {
	Amendment  app.ID    `json:"amendment"`
	No         int       `json:"no"`
	Reason     string    `json:"reason"`
	Decision   string    `json:"decision"`
	Accepted   time.Time `json:"accepted"`
	Acceptance app.ID    `json:"acceptance"`
}

func whyJSONOf(w statement.Why) whyJSON {
	return whyJSON{w.Amendment, w.No, w.Reason, w.Decision, w.At, w.Acceptance}
}

type runJSON struct {
	Kind prose.RunKind `json:"kind"`
	Text string        `json:"text"`
}

func (s *Server) apiComparison(c *fiber.Ctx) error {
	v, err := s.compare(c, c.Query("from"), c.Query("to", "draft"))
	if err != nil {
		return err
	}
	hunks, err := s.hunks(c, v)
	if err != nil {
		return err
	}
	shown := comparisonJSON{Clauses: []changeJSON{}, Changelogs: listOf(v.Changelogs, versionJSONOf).Items}
	for _, side := range []struct {
		version *statement.Version
		into    **versionJSON
	}{{v.From, &shown.From}, {v.To, &shown.To}} {
		if side.version != nil {
			found := versionJSONOf(*side.version)
			*side.into = &found
		}
	}
	for _, clause := range v.Comparison.Clauses {
		change := changeOf(clause)
		change.Erratum = v.Gaps[clause.CID]
		change.Hunks = listOf(hunks[clause.CID], hunkJSONOf).Items
		change.Reasons = listOf(v.Whys[clause.CID], whyJSONOf).Items
		shown.Clauses = append(shown.Clauses, change)
	}
	return s.answer(c, http.StatusOK, shown)
}

func changeOf(c prose.ClauseChange) changeJSON {
	shown := changeJSON{CID: c.CID, Changes: []string{}, Runs: []runJSON{}}
	if !c.IsAdded() {
		shown.From = &c.From
	}
	if !c.IsRemoved() {
		shown.To = &c.To
	}
	for _, change := range []struct {
		name string
		is   bool
	}{
		{"added", c.IsAdded()}, {"removed", c.IsRemoved()}, {"moved", c.Moved}, {"reworded", c.Reworded},
		{"retyped", c.Retyped}, {"relinked", c.Relinked}, {"rearranged", c.Rearranged},
	} {
		if change.is {
			shown.Changes = append(shown.Changes, change.name)
		}
	}
	for _, r := range c.Runs {
		shown.Runs = append(shown.Runs, runJSON(r))
	}
	return shown
}
