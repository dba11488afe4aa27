package statement

import (
	"fmt"

	"madang/app"
	"madang/app/statement"
	"madang/app/web/view/layout"
)

// Authorship is a text shaded by who wrote it.
type Authorship struct {
	statement.Authorship
	Voices []VoiceShown
	at     map[app.ID]int
}

// VoiceShown is a line of the legend.
type VoiceShown struct {
	Letter, Name string
	// Mark chooses shade and underline, from 1; beyond shades they begin anew, and the
	// letter tells them apart.
	Mark int
	// Share is its part of the whole text in hundredths.
	Share int
}

// shades is how many different ones the styles have.
const shades = 6

// NewAuthorship prepares the legend.
func NewAuthorship(p layout.Page, a statement.Authorship) Authorship {
	v := Authorship{Authorship: a, at: map[app.ID]int{}}
	total, of := 0, map[app.ID]int{}
	for _, c := range a.Clauses {
		for voice, n := range c.Shares() {
			of[voice] += n
			total += n
		}
	}
	for i, voice := range a.Legend.Voices {
		v.at[voice.ID] = i
		v.Voices = append(v.Voices, VoiceShown{
			Letter: letter(i), Name: voiceName(p, voice), Mark: i%shades + 1, Share: hundredths(of[voice.ID], total),
		})
	}
	return v
}

func letter(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return fmt.Sprint(i + 1)
}

func hundredths(n, of int) int {
	if of == 0 {
		return 0
	}
	return (200*n + of) / (2 * of)
}

func voiceName(p layout.Page, v statement.Voice) string {
	if v.ID == statement.Folded {
		return p.T("authorship.folded")
	}
	return v.Name
}

// Voice is how the voice of a part is shown; nil where it isn't known.
func (a Authorship) Voice(part statement.AuthoredPart) *VoiceShown {
	if i, known := a.at[part.Voice]; known {
		return &a.Voices[i]
	}
	return nil
}

// Share is a voice's part of a clause in hundredths.
func (a Authorship) Share(c statement.AuthoredClause, i int) int {
	total, shares := 0, c.Shares()
	for _, n := range shares {
		total += n
	}
	return hundredths(shares[a.Legend.Voices[i].ID], total)
}

// History is who changed a clause.
type History struct {
	statement.ClauseHistory
	Clause Clause
}

func (h History) voice(p layout.Page, id app.ID) string {
	for _, v := range h.Legend.Voices {
		if v.ID == id {
			return voiceName(p, v)
		}
	}
	return p.T("authorship.unknown")
}

func when(p layout.Page, s statement.Sitting) string {
	from, to := p.Moment(s.From), p.Moment(s.To)
	if from == to {
		return from
	}
	return p.T("history.span", "from", from, "to", to)
}
