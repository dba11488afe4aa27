package main

import (
	"path/filepath"
	"strings"
)

// place says where a forum keeps its data; every command takes it.
type place struct {
	Data        string `default:"./data" placeholder:"FOLDER" help:"Folder of the embedded database and the secret. Default: ./data."`
	DatabaseURL string `placeholder:"postgres://..." help:"PostgreSQL to use in place of the embedded database."`
	SecretFile  string `placeholder:"FILE" help:"Where the forum's secret is; made at the first start. All nodes of a forum need the same. Default: secret in the data folder."`
}

// secretPath is where the secret is or will be.
func (p place) secretPath() string {
	if p.SecretFile != "" {
		return p.SecretFile
	}
	return filepath.Join(p.Data, "secret")
}

// link makes an absolute address of a path.
func link(base, path string) string {
	return strings.TrimSuffix(base, "/") + path
}
