package docx

import (
	"io"
	"path"
	"slices"
	"strings"
)

// Inspection is what a document brings along besides words.
type Inspection struct {
	// IsActive says that it holds programs or files, or would fetch something or start
	// another program when it is opened.
	IsActive bool
	// HasNames says that it names people who wrote or changed it, HasHidden that words of
	// it are set as invisible.
	HasNames, HasHidden bool
}

// Inspect looks into a document that is handed on as it is. It unpacks every part, one
// after the other, within the limits that Read has, and refuses as Read does what is no
// document. It finds what ECMA-376 has names for; a program that opens the document may
// have faults of its own that nobody finds here.
func Inspect(file io.ReaderAt, size int64) (Inspection, error) {
	var found Inspection
	a, err := openArchive(file, size)
	if err != nil {
		return found, err
	}
	if _, err := a.mainPart(); err != nil {
		return found, err
	}
	for _, piece := range []string{"vbaproject", "vbadata", "/embeddings/", "/activex/", "/afchunk", "/customui"} {
		found.IsActive = found.IsActive || a.has(piece)
	}
	for name := range a.entries {
		content, err := a.read(name)
		if err != nil {
			return found, err
		}
		if ending := path.Ext(name); ending != ".xml" && ending != ".rels" {
			found.IsActive = found.IsActive || !isPicture(ending)
			continue
		}
		if err := found.part(newScanner(content)); err != nil {
			return found, err
		}
	}
	return found, nil
}

// isPicture reports whether a part with this ending is a picture, or a font: what else
// ordinary documents hold.
func isPicture(ending string) bool {
	return ending == "" || slices.Contains([]string{
		".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg", ".odttf",
	}, ending)
}

// part reads all of one part: relationships that lead outside, fields, and names.
func (found *Inspection) part(s *scanner) error {
	var fields strings.Builder
	var read func(element) error
	read = func(e element) error {
		switch e.name {
		case "Relationship":
			found.IsActive = found.IsActive || e.attr("TargetMode") == "External" && path.Base(e.attr("Type")) != "hyperlink"
		case "Override", "Default":
			kind := strings.ToLower(e.attr("ContentType"))
			for _, piece := range []string{"macroenabled", "vbaproject", "oleobject", "activex"} {
				found.IsActive = found.IsActive || strings.Contains(kind, piece)
			}
		case "instrText", "delInstrText":
			text, err := s.text()
			fields.WriteString(text)
			return err
		case "fldSimple":
			fields.WriteString(" " + e.attr("instr"))
		case "fldChar":
			fields.WriteString(" ")
		case "creator", "lastModifiedBy", "Company", "Manager":
			text, err := s.text()
			found.HasNames = found.HasNames || strings.TrimSpace(text) != ""
			return err
		case "vanish":
			found.HasHidden = found.HasHidden || e.isOn()
		case "altChunk", "subDoc", "object", "control":
			found.IsActive = true
		}
		found.HasNames = found.HasNames || e.attr("author") != ""
		return s.children(read)
	}
	if err := s.root(read); err != nil {
		return err
	}
	found.IsActive = found.IsActive || startsSomething(fields.String())
	return nil
}

// activeFields are the fields (ECMA-376 part 1, 17.16.5) that start programs or fetch what
// isn't in the document. QUOTE is among them because it can spell any of the others.
var activeFields = []string{"DDE", "DDEAUTO", "INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE", "IMPORT", "LINK", "MACROBUTTON", "DATABASE", "RD", "QUOTE"}

// startsSomething reports whether one of the fields of a part is active. An instruction may
// be cut into many runs, even within its name, so that the runs are read as one.
func startsSomething(instructions string) bool {
	return slices.ContainsFunc(strings.Fields(strings.ToUpper(instructions)), func(word string) bool {
		return slices.Contains(activeFields, word)
	})
}
