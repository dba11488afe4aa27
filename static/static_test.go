package static

import (
	"strings"
	"testing"
	"testing/fstest"
)

func built(t *testing.T) *Assets {
	t.Helper()
	a, err := open(fstest.MapFS{
		"manifest.json":    {Data: []byte(`{"live.js": "live-ABC.js", "app.css": "app-DEF.css"}`)},
		"live-ABC.js":      {Data: []byte("plain")},
		"live-ABC.js.br":   {Data: []byte("brotli")},
		"live-ABC.js.gz":   {Data: []byte("gzip")},
		"app-DEF.css":      {Data: []byte("style")},
		"live-ABC.js.map":  {Data: []byte("map")},
		"secret/notes.css": {Data: []byte("no")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestABrowserGetsTheBestEncodingItReads(t *testing.T) {
	a := built(t)
	for header, want := range map[string]string{
		"gzip, deflate, br, zstd": "brotli", "gzip": "gzip", "": "plain", "br;q=0, gzip;q=0.5": "gzip", "identity": "plain",
	} {
		file, ok := a.File(a.URL("live.js"), header)
		if !ok || string(file.Body) != want || !strings.HasPrefix(file.Type, "text/javascript") {
			t.Errorf("%q: %q of type %s", header, file.Body, file.Type)
		}
	}
	if file, ok := a.File(a.URL("app.css"), "br"); !ok || file.Encoding != "" || string(file.Body) != "style" {
		t.Errorf("a file without a brotli form: %+v", file)
	}
}

func TestAPageOfAnotherBuildIsGivenWhatThisOneHas(t *testing.T) {
	a := built(t)
	for address, want := range map[string]string{"/static/live-QLR4XRGY.js": "brotli", "/static/app-0123ABCD.css": "style"} {
		if file, ok := a.File(address, "br"); !ok || string(file.Body) != want || !file.IsOther {
			t.Errorf("%s gave %+v", address, file)
		}
	}
	if file, ok := a.File(a.URL("live.js"), "br"); !ok || file.IsOther {
		t.Errorf("its own page is given %+v", file)
	}
}

func TestNothingElseIsServed(t *testing.T) {
	a := built(t)
	for _, address := range []string{"/static/manifest", "/static/../static.go", "/static/secret/notes.css", "/live-ABC.js", "/static/gone.js", "/static/gone-QLR4XRGY.js", "/static/live-qlr4.js", "/static/live.js", "/static/"} {
		if file, ok := a.File(address, ""); ok {
			t.Errorf("%s gave %q", address, file.Body)
		}
	}
}

func TestAProgramWithoutItsScriptsSaysHowToBuildThem(t *testing.T) {
	if _, err := open(fstest.MapFS{".gitkeep": {}}); err == nil || !strings.Contains(err.Error(), "make build") {
		t.Errorf("got %v", err)
	}
}
