package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"madang/realtime/yjs"
	"madang/realtime/yjstrace"
)

// mergedAtOnce is how many updates of the trace are merged without a document.
const mergedAtOnce = 20_000

// engineCommand measures the collaborative engine by itself, beside Yjs in Node and
// its port to Rust and WebAssembly.
type engineCommand struct {
	Traces string `env:"MADANG_TRACES" placeholder:"FOLDER" help:"Folder with automerge-paper.json.gz of github.com/josephg/editing-traces, known as B4. Default: a generated trace of the same shape."`
	Runs   int    `default:"5" placeholder:"N" help:"Runs of each engine, in turn. Default: 5."`
	Peers  string `default:"cmd/madang-bench/peers" placeholder:"FOLDER" help:"Where the peers' npm packages are. Default: cmd/madang-bench/peers."`
	JSON   string `placeholder:"FILE" help:"Where to write all figures as JSON."`
}

// engineRun is one run of one engine: milliseconds, and kilobytes of memory that the
// loaded document keeps (the heap after collection; for WebAssembly, by how much its
// memory grew). Zero: the engine can't do that.
type engineRun struct {
	Apply  float64 `json:"apply"`
	Load   float64 `json:"load"`
	Encode float64 `json:"encode"`
	Merge  float64 `json:"merge"`
	Memory float64 `json:"memory"`
}

var engines = []string{"madang", "yjs", "ywasm"}

// Run measures and prints a table. Every engine is given the same bytes.
func (c *engineCommand) Run(ctx context.Context, out io.Writer) error {
	trace, err := yjstrace.Paper(c.Traces, yjstrace.PaperKeys)
	if err != nil {
		return err
	}
	updates, err := trace.Updates()
	if err != nil {
		return err
	}
	file, err := writeUpdates(updates)
	if err != nil {
		return err
	}
	defer os.Remove(file)
	runs := map[string][]engineRun{}
	for range c.Runs {
		for _, name := range engines {
			run, err := c.measure(ctx, name, file, updates)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			runs[name] = append(runs[name], run)
		}
	}
	tabulate(out, len(updates), c.Traces != "", runs)
	if c.JSON == "" {
		return nil
	}
	text, err := json.MarshalIndent(runs, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(c.JSON, text, 0o644)
}

// writeUpdates puts updates into a file, each behind its length in four bytes.
func writeUpdates(updates [][]byte) (string, error) {
	var b bytes.Buffer
	for _, u := range updates {
		b.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(u))))
		b.Write(u)
	}
	file, err := os.CreateTemp("", "madang-bench-updates-")
	if err != nil {
		return "", err
	}
	defer file.Close()
	_, err = file.Write(b.Bytes())
	return file.Name(), err
}

func (c *engineCommand) measure(ctx context.Context, name, file string, updates [][]byte) (engineRun, error) {
	if name == "madang" {
		return measureOurs(updates)
	}
	cmd := exec.CommandContext(ctx, "node", "--expose-gc", filepath.Join(c.Peers, "engine.mjs"), name, file, fmt.Sprint(mergedAtOnce))
	cmd.Stderr = os.Stderr
	answer, err := cmd.Output()
	if err != nil {
		return engineRun{}, err
	}
	var run engineRun
	return run, json.Unmarshal(answer, &run)
}

func measureOurs(updates [][]byte) (run engineRun, err error) {
	doc := yjs.NewDoc()
	run.Apply = timed(func() {
		for _, u := range updates {
			if err == nil {
				err = doc.ApplyUpdate(u)
			}
		}
	})
	var state []byte
	run.Encode = timed(func() { state = doc.EncodeStateAsUpdate(nil) })
	before := heap()
	loaded := yjs.NewDoc()
	run.Load = timed(func() {
		if err == nil {
			err = loaded.ApplyUpdate(state)
		}
	})
	run.Memory = float64(heap()-before) / 1e3
	run.Merge = timed(func() {
		if err == nil {
			_, err = yjs.MergeUpdates(updates[:min(mergedAtOnce, len(updates))]...)
		}
	})
	runtime.KeepAlive(loaded)
	runtime.KeepAlive(doc)
	return run, err
}

// timed is how many milliseconds something takes, with nothing left to collect before.
func timed(work func()) float64 {
	runtime.GC()
	began := time.Now()
	work()
	return ms(time.Since(began))
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// engineRows are what is measured, with how many times faster than Yjs, or smaller,
// Madang is to be.
var engineRows = []struct {
	label string
	of    func(engineRun) float64
}{
	{"apply, update by update, ms", func(r engineRun) float64 { return r.Apply }},
	{"load the whole, ms", func(r engineRun) float64 { return r.Load }},
	{"encode the whole, ms", func(r engineRun) float64 { return r.Encode }},
	{"merge 20,000 updates, ms", func(r engineRun) float64 { return r.Merge }},
	{"memory when loaded, kB", func(r engineRun) float64 { return r.Memory }},
}

func tabulate(out io.Writer, updates int, isPaper bool, runs map[string][]engineRun) {
	what := "a generated trace"
	if isPaper {
		what = "automerge-paper (B4)"
	}
	fmt.Fprintf(out, "%s: %d updates; medians of %d runs\n\n", what, updates, len(runs["madang"]))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tmadang\tyjs\tywasm\tyjs / madang\tywasm / madang")
	for _, row := range engineRows {
		medians := map[string]float64{}
		for name, list := range runs {
			medians[name] = medianOf(list, row.of)
		}
		ours, yjs, ywasm := medians["madang"], medians["yjs"], medians["ywasm"]
		fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%.1f\t%.2f\t%.2f\n", row.label, ours, yjs, ywasm, yjs/ours, ywasm/ours)
	}
	w.Flush()
}

func medianOf(runs []engineRun, of func(engineRun) float64) float64 {
	var values []float64
	for _, r := range runs {
		values = append(values, of(r))
	}
	slices.Sort(values)
	return values[len(values)/2]
}
