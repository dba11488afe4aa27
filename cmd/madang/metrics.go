package main

import (
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

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

// newMetrics returns a handler that shows the live text's numbers beside those
// of the process and its runtime, in Prometheus' text format.
func newMetrics(live *realtime.Metrics) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
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
