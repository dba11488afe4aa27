package main

import (
	"testing"
	"time"

	"madang/app/upkeep"
	"madang/realtime"
)

func TestAStewardIsToldOfAnIncidentForAWeek(t *testing.T) {
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	m := &realtime.Metrics{}
	if f := lookAtLive(m, now); f.Grade != upkeep.Fine {
		t.Errorf("of nothing: %+v", f)
	}
	m.Incidents.Add(2)
	m.IncidentAt.Store(now.Add(-5 * time.Hour).Unix())
	f := lookAtLive(m, now)
	if f.Grade != upkeep.Warning || f.What == nil || f.What.Code != "doctor.live.incident" {
		t.Fatalf("of an incident: %+v", f)
	}
	if f := lookAtLive(m, now.Add(8*24*time.Hour)); f.Grade != upkeep.Fine {
		t.Errorf("long after it: %+v", f)
	}
}
