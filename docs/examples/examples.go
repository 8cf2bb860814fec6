// Package examples holds the files with which aftershock init begins.
package examples

import "embed"

// Files are a scenario that brings a program, and that program.
//
//go:embed service.yaml service.py
var Files embed.FS

// Library is a program that brings its service as Go code, and a test of it.
//
//go:embed library/main.go library/main_test.go
var Library embed.FS
