// Package words shows what changed between two texts, word by word, so that it
// can be read by eye, by ear and without colour.
package words
