package main

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"madang/app/upkeep"
	"madang/realtime"
)

// gauged and counted are what GET /metrics tells of the live text. They count
// the machine's work, summed over all groups: no label names a group, a
// document or a person, for a small count can give somebody away.
func gauged(m *realtime.Metrics) map[string]*atomic.Int64 {
	return map[string]*atomic.Int64{
		"connections": &m.Connections,
		"documents":   &m.Documents,
	}
}

func counted(m *realtime.Metrics) map[string]*atomic.Int64 {
	return map[string]*atomic.Int64{
		"updates_total":      &m.Updates,
		"batches_total":      &m.Batches,
		"unsaved_total":      &m.Unsaved,
		"refusals_total":     &m.Refusals,
		"incidents_total":    &m.Incidents,
		"holds_total":        &m.Holds,
		"slow_readers_total": &m.SlowReaders,
		"gaps_total":         &m.Gaps,
		"behind_total":       &m.Behind,
		"panics_total":       &m.Panics,
	}
}

// lookAtLive judges what the live text of this node has counted.
func lookAtLive(m *realtime.Metrics, now time.Time) upkeep.Finding {
	happened := func(times, last *atomic.Int64) upkeep.Happening {
		return upkeep.Happening{Times: times.Load(), Last: time.Unix(last.Load(), 0)}
	}
	return upkeep.Live(happened(&m.Panics, &m.PanicAt), happened(&m.Incidents, &m.IncidentAt), now)
}

// health tells, each time it is asked, what the steward's page tells of this node: how bad
// the worst finding in each area is, and when a backup and a drill last went well.
type health struct {
	glance func(context.Context) ([]upkeep.Finding, upkeep.Logs)
}

var (
	gradeOf  = prometheus.NewDesc("madang_health", "0: nothing to do; 1: look at it this week; 2: do something today. `madang doctor` says what.", []string{"area"}, nil)
	lastGood = prometheus.NewDesc("madang_upkeep_success_timestamp_seconds", "When a task last went well; absent until it has.", []string{"task"}, nil)
)

// Describe implements prometheus.Collector.
func (health) Describe(to chan<- *prometheus.Desc) {
	to <- gradeOf
	to <- lastGood
}

// Collect implements prometheus.Collector.
func (h health) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	found, logs := h.glance(ctx)
	worst := map[string]upkeep.Grade{}
	for _, f := range found {
		worst[f.Area] = max(worst[f.Area], f.Grade)
	}
	for area, grade := range worst {
		to <- prometheus.MustNewConstMetric(gradeOf, prometheus.GaugeValue, float64(grade), area)
	}
	// Where there is no log, the database's health tells it.
	for task, log := range logs {
		if good := log.LastGood.At; !good.IsZero() {
			to <- prometheus.MustNewConstMetric(lastGood, prometheus.GaugeValue, float64(good.Unix()), string(task))
		}
	}
}

// newMetrics returns a handler that shows the live text's numbers and the node's health
// beside those of the process and its runtime, in Prometheus' text format.
func newMetrics(live *realtime.Metrics, h health) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		h,
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	for name, value := range gauged(live) {
		registry.MustRegister(prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Namespace: "madang", Subsystem: "live", Name: name}, read(value)))
	}
	for name, value := range counted(live) {
		registry.MustRegister(prometheus.NewCounterFunc(
			prometheus.CounterOpts{Namespace: "madang", Subsystem: "live", Name: name}, read(value)))
	}
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

func read(value *atomic.Int64) func() float64 {
	return func() float64 { return float64(value.Load()) }
}

// serveMetrics answers GET /metrics on a listener of its own, which is meant to
// be out of the public's reach. Closing the server ends it.
func serveMetrics(l net.Listener, metrics http.Handler) *http.Server {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go server.Serve(l) // returns once the server is closed
	return server
}
