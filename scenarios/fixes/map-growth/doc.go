// Package mapgrowth is a map that starts empty with each batch, although its final size is known.
//
// # Defect
//
// Each batch is built into a new map[string]any without a size. See before.go.
//
// # Cause
//
// A map grows while it is filled. Since Go 1.24 it is a directory of Swiss tables of up to 1024 slots: a table that is full
// is split or doubled, and all that it holds is hashed and moved again, by the one assignment that happened to come then
// (internal/runtime/maps/table.go, rehash). So the average assignment pays about twice, and the unlucky one for a thousand.
// What the tables before left behind is garbage, which makes the collector run more often.
//
// # Repair
//
// Say how many there will be: make(map[string]any, n). This is map-growth-presized, which shows what growing costs:
// it makes a new map with each batch as the defect does. Or, where batches follow each other, keep the map and
// clear it, which is map-growth-reused: then nothing is allocated at all, and its figure is larger than that of
// growing. Both are compared with the same before. See after.go.
//
// # Cost
//
// A presized map is garbage as often as one that grows. A reused map never becomes smaller, and may be cleared only
// when no reader is left: it needs an owner.
//
// # What the article says
//
// It explains growth with hmap, oldbuckets and evacuate, which Go 1.24 has removed, and says nothing of what
// growing costs or of presizing. What the presized arm shows is larger than the defect that the article is about. A
// "before" that is not presized against an "after" that is would therefore prove anything.
//
// # What a user sees
//
// A tail of slow batches, and a collector that is busier than the data would explain.
package mapgrowth
