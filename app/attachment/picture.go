package attachment

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"madang/app"
)

// What a picture may take.
const (
	// MaxPixels is how many it may have: 20 megapixels, some A3 at 300 dots an inch.
	MaxPixels = 20_000_000
	// maxOpened bounds what it may take in memory while it is opened, in bytes.
	maxOpened = 100 << 20
	// maxRedrawn bounds what is kept of it, in bytes: drawn anew it may take more than it
	// did.
	maxRedrawn = 2 * MaxFile
	// quality is that of JPEG pictures that are drawn anew, of 100.
	quality = 88
)

// redraw opens a picture and draws it anew. What it is, how large, and what it will take is
// known before a pixel is read; of all else in the file, where a phone says when, where and
// by whom it was taken, nothing is left. The way up is applied before.
func (f *File) redraw() *app.Error {
	h, err := readHead(f.Format, f.Content)
	if err != nil {
		return app.Invalid("attachment.damaged").Because(err)
	}
	if h.pixels() > MaxPixels || h.opened > maxOpened {
		return app.TooLarge("attachment.pixels", "max", MaxPixels/1_000_000)
	}
	var picture image.Image
	if f.Format == PNG {
		picture, err = png.Decode(bytes.NewReader(f.Content))
	} else {
		picture, err = jpeg.Decode(bytes.NewReader(f.Content))
	}
	if err != nil {
		return app.Invalid("attachment.damaged").Because(err)
	}
	picture = upright(picture, h.orientation)
	out := &bounded{most: maxRedrawn}
	if f.Format == PNG {
		err = png.Encode(out, picture)
	} else {
		err = jpeg.Encode(out, picture, &jpeg.Options{Quality: quality})
	}
	if err != nil {
		return app.TooLarge("attachment.pixels", "max", MaxPixels/1_000_000).Because(err)
	}
	f.Content, f.Width, f.Height = out.Bytes(), picture.Bounds().Dx(), picture.Bounds().Dy()
	f.Remarks = []Remark{RemarkRedrawn}
	return nil
}

// bounded is a buffer that takes no more than most bytes.
type bounded struct {
	bytes.Buffer
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.most {
		return 0, errors.New("attachment: the picture takes too much drawn anew")
	}
	return b.Buffer.Write(p)
}

// upright turns a picture as its orientation says (Exif 2.32, tag 274, 1 to 8), without a
// copy of it.
func upright(picture image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return picture
	}
	return turned{picture, orientation}
}

type turned struct {
	image.Image
	orientation int
}

// Bounds implements image.Image; from 5 on, width and height change places.
func (t turned) Bounds() image.Rectangle {
	b := t.Image.Bounds()
	if t.orientation >= 5 {
		return image.Rect(0, 0, b.Dy(), b.Dx())
	}
	return image.Rect(0, 0, b.Dx(), b.Dy())
}

// At implements image.Image.
func (t turned) At(x, y int) color.Color {
	b := t.Image.Bounds()
	right, bottom := b.Dx()-1, b.Dy()-1
	switch t.orientation {
	case 2:
		x = right - x
	case 3:
		x, y = right-x, bottom-y
	case 4:
		y = bottom - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, bottom-x
	case 7:
		x, y = right-y, bottom-x
	case 8:
		x, y = right-y, x
	}
	return t.Image.At(b.Min.X+x, b.Min.Y+y)
}
