package web

import (
	"net/http"
	"slices"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/consultation"
	consultationview "madang/app/web/view/consultation"
)

func (s *Server) handleCampaignIndex(c *fiber.Ctx) error {
	v, err := s.consultations.Campaigns(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, consultationview.CampaignsPage(s.titled(c, "campaigns.title", docketPage(v.DocketView)), v))
}

func (s *Server) handleCampaignShow(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	_, text, _, err := s.frozenText(c)
	if err != nil {
		return err
	}
	all, found, err := s.consultations.Campaign(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no)
	if err != nil {
		return err
	}
	v := consultationview.Campaign{Campaigns: all, Campaign: found, Text: text, Own: found.Own()}
	v.Members, v.Next = membersAfter(found.Members, numberIn(c, "after"))
	return s.render(c, http.StatusOK, consultationview.CampaignPage(s.titled(c, "campaigns.title", docketPage(all.DocketView)), v))
}

// membersAfter is a page of a campaign's members, and the number after which the next one
// begins; 0 on the last.
func membersAfter(all []consultation.Member, after int) ([]consultation.Member, int) {
	from := slices.IndexFunc(all, func(m consultation.Member) bool { return m.No > after })
	if from < 0 {
		return nil, 0
	}
	page := all[from:min(from+consultation.MaxPage, len(all))]
	if from+len(page) == len(all) {
		return page, 0
	}
	return page, page[len(page)-1].No
}

// campaignsJSON are a docket's submissions as far as many sent the same words.
type campaignsJSON struct {
	Submissions int            `json:"submissions"`
	Wordings    int            `json:"wordings"`
	Waiting     int            `json:"waiting"`
	Items       []campaignJSON `json:"items"`
}

type campaignJSON struct {
	// No is the submission that stands for all; Members are all their numbers.
	No       int       `json:"no"`
	Comment  string    `json:"comment"`
	Proposed string    `json:"proposed,omitempty"`
	Lang     string    `json:"lang"`
	Members  []int     `json:"members"`
	Own      []ownJSON `json:"own"`
}

// ownJSON is what a member says in words of its own.
type ownJSON struct {
	No       int           `json:"no"`
	Passages []insteadJSON `json:"passages"`
}

// insteadJSON is what somebody says in place of what the others say.
type insteadJSON struct {
	Own     string `json:"own"`
	Instead string `json:"instead"`
}

func (s *Server) apiCampaigns(c *fiber.Ctx) error {
	v, err := s.consultations.Campaigns(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	shown := campaignsJSON{Submissions: v.Sorted, Wordings: v.Wordings, Waiting: v.Waiting, Items: []campaignJSON{}}
	for _, found := range v.List {
		one := campaignJSON{No: found.Text.No, Comment: found.Text.Comment, Proposed: found.Text.Proposed, Lang: found.Text.Lang, Members: []int{}, Own: []ownJSON{}}
		for _, m := range found.Members {
			one.Members = append(one.Members, m.No)
			if len(m.Passages) == 0 || m.Status == consultation.Redacted && !v.MayScreen() {
				continue
			}
			own := ownJSON{No: m.No}
			for _, p := range m.Passages {
				own.Passages = append(own.Passages, insteadJSON(p))
			}
			one.Own = append(one.Own, own)
		}
		shown.Items = append(shown.Items, one)
	}
	return s.answer(c, http.StatusOK, shown)
}
