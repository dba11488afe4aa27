package web

import (
	_ "embed" // for the sample
	"encoding/json"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	programview "madang/app/web/view/program"
)

// What the page for people who write programs shows is run by a test against a running
// forum (cmd/madang/program_test.go).

//go:embed sample/live.mjs
var liveSample string

// sampleForum stands in samples for the address of the forum.
const sampleForum = "https://forum.example"

const requestSample = `curl -H "Authorization: Bearer $MADANG_TOKEN" \
  https://forum.example/api/v1/token

curl -H "Authorization: Bearer $MADANG_TOKEN" \
  https://forum.example/api/v1/statements/$MADANG_STATEMENT/clauses
`

const againSample = `THREAD=${THREAD:-$(uuidgen)} COMMENT=${COMMENT:-$(uuidgen)}

curl -X POST -H "Authorization: Bearer $MADANG_TOKEN" \
  -H "Content-Type: application/json" --retry 3 \
  -d '{"id": "'$THREAD'", "comment": {"id": "'$COMMENT'", "body": "Said by a program."}}' \
  https://forum.example/api/v1/statements/$MADANG_STATEMENT/threads
`

// handleProgramGuide tells people who write programs what they have to know.
func (s *Server) handleProgramGuide(c *fiber.Ctx) error {
	page := s.titled(c, "program.title", app.Membership{Sensitive: actorOf(c).IsSensitive()})
	refused, err := json.MarshalIndent(s.refusalExample(c), "", "  ")
	if err != nil {
		return err
	}
	here := strings.NewReplacer(sampleForum, strings.TrimSuffix(s.base.String(), "/"))
	return s.render(c, http.StatusOK, programview.GuidePage(page, programview.Guide{
		Protocol: s.protocol, Quota: s.quota, Refusal: string(refused),
		Requests: here.Replace(requestSample), Again: here.Replace(againSample), Live: here.Replace(liveSample),
	}))
}

// refusalExample is what a program is told that sends a comment with a token to read.
func (s *Server) refusalExample(c *fiber.Ctx) problem {
	p := s.problemOf(c, app.Forbidden("token."+string(app.Comment)))
	p.Input = s.speech.In(s.languageOf(c)).T(fateOf(app.Forbidden("")))
	return p
}
