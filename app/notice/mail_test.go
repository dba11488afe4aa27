package notice

import (
	"testing"
	"time"

	"madang/app"
)

func TestLettersGoAtTheHourThatSomebodyChose(t *testing.T) {
	seoul, paris := time.FixedZone("", 9*3600), time.FixedZone("", 3600)
	monday := time.Date(2026, 3, 2, 8, 30, 0, 0, seoul)
	wish := func(pace Pace, from, to int) Wishes {
		return Wishes{Pace: pace, Hour: 9, Zone: "Asia/Seoul", QuietFrom: from, QuietTo: to}
	}
	for _, c := range []struct {
		says      string
		w         Wishes
		now, want time.Time
	}{
		{"at once", wish(AtOnce, 0, 0), monday, monday.Add(lookEvery)},
		{"not in the night", wish(AtOnce, 22, 7), monday.Add(14 * time.Hour), time.Date(2026, 3, 3, 7, 0, 0, 0, seoul)},
		{"not after midnight", wish(AtOnce, 22, 7), monday.Add(-7 * time.Hour), time.Date(2026, 3, 2, 7, 0, 0, 0, seoul)},
		{"not at noon", wish(AtOnce, 8, 14), monday, time.Date(2026, 3, 2, 14, 0, 0, 0, seoul)},
		{"the quiet is over when its hour begins", wish(AtOnce, 6, 8), monday, monday.Add(lookEvery)},
		{"today", wish(Daily, 0, 0), monday, time.Date(2026, 3, 2, 9, 0, 0, 0, seoul)},
		{"tomorrow", wish(Daily, 0, 0), monday.Add(30 * time.Minute), time.Date(2026, 3, 3, 9, 0, 0, 0, seoul)},
		{"a day's letter waits for the end of the quiet", wish(Daily, 8, 11), monday, time.Date(2026, 3, 2, 11, 0, 0, 0, seoul)},
		{"this Monday", wish(Weekly, 0, 0), monday, time.Date(2026, 3, 2, 9, 0, 0, 0, seoul)},
		{"next Monday", wish(Weekly, 0, 0), monday.Add(time.Hour), time.Date(2026, 3, 9, 9, 0, 0, 0, seoul)},
		{"on Sunday it is tomorrow", wish(Weekly, 0, 0), monday.Add(-24 * time.Hour), time.Date(2026, 3, 2, 9, 0, 0, 0, seoul)},
		{"an hour that the clock leaves out", Wishes{Pace: Daily, Hour: 2, Zone: "Europe/Paris"}, time.Date(2026, 3, 28, 12, 0, 0, 0, paris), time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC)},
	} {
		if got := c.w.Next(c.now); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", c.says, got, c.want)
		}
	}
}

func TestALetterIsTriedForThreeDays(t *testing.T) {
	made := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	now, tries := made, 0
	for again := true; again; tries++ {
		before := now
		now, again = Letter{Made: made, Tries: tries + 1}.Retry(now)
		if wait := now.Sub(before); wait < time.Minute || wait > 6*time.Hour {
			t.Errorf("after try %d it waits %v", tries+1, wait)
		}
	}
	if now.Sub(made) < patience || now.Sub(made) > patience+6*time.Hour || tries > 25 {
		t.Errorf("given up after %v and %d tries", now.Sub(made), tries)
	}
}

func TestAnAddressIsOneAndNothingElse(t *testing.T) {
	for _, typed := range []string{"ari@example.org", " ari+madang@sub.example.org ", ""} {
		if _, err := checkAddress(typed); err != nil {
			t.Errorf("%q: %v", typed, err)
		}
	}
	for _, typed := range []string{
		"ari", "@example.org", "Ari <ari@example.org>", "ari@example.org, bo@example.org", "ari@example.org\r\nBcc: bo@example.org", "<ari@example.org>", "a b@example.org",
	} {
		if _, err := checkAddress(typed); !app.IsCode(err, "mail.address") {
			t.Errorf("%q: %v", typed, err)
		}
	}
}
