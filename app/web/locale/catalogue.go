// Package locale gives the forum its words: sentences by key in each language,
// with numbers, dates and particles as the language has them. Whoever adds a
// sentence adds it in every language; Load refuses a catalogue with holes.
package locale

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sync"
)

// Languages are those the interface speaks, in the order in which it offers them.
var Languages = []string{"ko", "en"}

// Catalogue is every sentence in every language. It is safe for concurrent use.
type Catalogue struct {
	messages map[string]map[string]message // by language, by key
	// OnMissing is told of a key that nobody wrote a sentence for. It is called
	// instead of showing the key, which says nothing to people.
	OnMissing func(key string)
	scripts   sync.Map // what Speech.JSON made, by language and prefix
}

// Load reads the catalogue: a folder for each language, in it files that map keys
// to sentences. It fails if a key is there twice, or not in every language, or with
// other placeholders in one of them.
func Load(files fs.FS) (*Catalogue, error) {
	c := &Catalogue{messages: map[string]map[string]message{}, OnMissing: func(string) {}}
	for _, lang := range Languages {
		messages, err := loadLanguage(files, lang)
		if err != nil {
			return nil, err
		}
		c.messages[lang] = messages
	}
	return c, c.compare()
}

func loadLanguage(files fs.FS, lang string) (map[string]message, error) {
	names, err := fs.Glob(files, path.Join(lang, "*.json"))
	if err != nil {
		return nil, err
	}
	messages := map[string]message{}
	for _, name := range names {
		if err := loadFile(files, name, messages); err != nil {
			return nil, fmt.Errorf("locale: %s: %w", name, err)
		}
	}
	if len(messages) == 0 {
		return nil, fmt.Errorf("locale: nothing is said in %s", lang)
	}
	return messages, nil
}

func loadFile(files fs.FS, name string, into map[string]message) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	var sentences map[string]message
	if err := json.Unmarshal(text, &sentences); err != nil {
		return err
	}
	for key, sentence := range sentences {
		if _, isThere := into[key]; isThere {
			return fmt.Errorf("%q is in another file too", key)
		}
		into[key] = sentence
	}
	return nil
}

// compare finds what is said in one language and not, or otherwise, in another.
func (c *Catalogue) compare() error {
	var found []error
	for _, key := range c.Keys() {
		first, ok := c.messages[Languages[0]][key]
		for _, lang := range Languages[1:] {
			other, isThere := c.messages[lang][key]
			switch {
			case !ok || !isThere:
				found = append(found, fmt.Errorf("locale: %q is not in every language", key))
			case !slices.Equal(first.names(), other.names()):
				found = append(found, fmt.Errorf("locale: %q has other placeholders in %s", key, lang))
			}
		}
	}
	return errors.Join(found...)
}

// Keys lists every key, in order.
func (c *Catalogue) Keys() []string {
	all := map[string]bool{}
	for _, messages := range c.messages {
		for key := range messages {
			all[key] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// Has reports whether there is a sentence for the key.
func (c *Catalogue) Has(key string) bool {
	_, ok := c.messages[Languages[0]][key]
	return ok
}

// In returns the catalogue as spoken in a language; one that it doesn't speak is
// answered in English.
func (c *Catalogue) In(lang string) Speech {
	if !slices.Contains(Languages, lang) {
		lang = "en"
	}
	return Speech{Lang: lang, catalogue: c}
}
