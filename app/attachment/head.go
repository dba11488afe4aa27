package attachment

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// head is what a picture says of itself before its pixels.
type head struct {
	width, height int
	// opened is what it takes in memory while it is decoded, in bytes.
	opened int
	// orientation is which way up it is meant, 1 to 8; 0 if it doesn't say.
	orientation int
}

func (h head) pixels() int { return h.width * h.height }

var errHead = errors.New("attachment: the head of the picture can't be read")

func readHead(format Format, content []byte) (head, error) {
	if format == PNG {
		return readPNG(content)
	}
	return readJPEG(content)
}

// maxSide bounds a side, in pixels, so that products of two stay numbers.
const maxSide = 1 << 16

// readPNG reads the chunks before the pixels (W3C PNG, 5.3 and 11.2.2).
func readPNG(content []byte) (head, error) {
	var h head
	for rest := content[len(pngStart):]; len(rest) >= 12; {
		size := binary.BigEndian.Uint32(rest)
		kind, body := string(rest[4:8]), rest[8:]
		if uint64(size)+4 > uint64(len(body)) {
			break
		}
		body, rest = body[:size], body[size+4:]
		switch kind {
		case "IHDR":
			if size != 13 {
				return h, errHead
			}
			wide, high := binary.BigEndian.Uint32(body), binary.BigEndian.Uint32(body[4:])
			if wide == 0 || high == 0 {
				return h, errHead
			}
			h.width, h.height = int(min(wide, maxSide)), int(min(high, maxSide))
			h.opened = h.pixels() * pngBytes(body[8], body[9])
			if isInterlaced := body[12] != 0; isInterlaced {
				h.opened += h.opened / 2 // the last pass is a picture of half as many pixels
			}
		case "eXIf":
			h.orientation = orientation(body)
		case "IDAT":
			if h.width > 0 {
				return h, nil
			}
		}
	}
	return h, errHead
}

// pngBytes is the most bytes that image/png takes for a pixel of a depth and colour type.
func pngBytes(depth, kind byte) int {
	const palette = 3
	switch {
	case depth == 16:
		return 8
	case kind == palette:
		return 1
	}
	return 4
}

// readJPEG reads the segments before the pixels (ITU-T T.81, B.1.1 and B.2.2).
func readJPEG(content []byte) (head, error) {
	var h head
	for at := 2; at+4 <= len(content); {
		if content[at] != 0xff {
			return h, errHead
		}
		marker := content[at+1]
		if marker == 0xff { // fill
			at++
			continue
		}
		if marker == 0x01 || marker >= 0xd0 && marker <= 0xd8 { // stand alone
			at += 2
			continue
		}
		size := int(binary.BigEndian.Uint16(content[at+2:]))
		if size < 2 || at+2+size > len(content) {
			return h, errHead
		}
		body := content[at+4 : at+2+size]
		switch {
		case marker == 0xe1 && h.orientation == 0:
			if tiff, isExif := bytes.CutPrefix(body, []byte("Exif\x00\x00")); isExif {
				h.orientation = orientation(tiff)
			}
		case marker == 0xc0 || marker == 0xc1 || marker == 0xc2:
			if err := h.readFrame(marker == 0xc2, body); err != nil {
				return h, err
			}
		case marker == 0xda && h.width > 0:
			return h, nil
		case marker == 0xda, marker == 0xd9:
			return h, errHead
		}
		at += 2 + size
	}
	return h, errHead
}

// readFrame reads a frame header. image/jpeg takes a byte for each sample, and beside that
// four for each coefficient of a progressive picture.
func (h *head) readFrame(isProgressive bool, body []byte) error {
	if len(body) < 6 || len(body) < 6+3*int(body[5]) || h.width > 0 {
		return errHead
	}
	h.height, h.width = int(binary.BigEndian.Uint16(body[1:])), int(binary.BigEndian.Uint16(body[3:]))
	if h.width == 0 || h.height == 0 {
		return errHead
	}
	samples, most := 0, 0
	for i := range int(body[5]) {
		across, down := int(body[7+3*i]>>4), int(body[7+3*i]&15)
		samples += across * down
		most = max(most, across*down)
	}
	if most == 0 {
		return errHead
	}
	h.opened = h.pixels() * samples / most
	if isProgressive {
		h.opened *= 5
	}
	return nil
}

// orientation finds which way up a picture is meant (TIFF 6.0, section 2; Exif 2.32, tag
// 274); 0 if that isn't said, or not in a way that can be read.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	count := int64(order.Uint16(tiff[at:]))
	for i := range count {
		entry := at + 2 + 12*i
		if entry+12 > int64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[entry:]) == 274 {
			return int(order.Uint16(tiff[entry+8:]))
		}
	}
	return 0
}
