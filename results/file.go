package results

// File is a file as a run left it.
type File struct {
	Name   string `json:"name"` // within its trial's folder, with slashes
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // in hexadecimal
}
