// Package timeline makes of a trial's operations what a chart of it can show: bins of time, and the quantiles of each
// phase.
//
// A bin keeps the least and the largest time of what was due in it, and counts everything: the worst operation of a
// trial is the largest of some bin, however few bins there are. Downsampling that picks points for their looks, as
// LTTB does, may drop just that one (S. Steinarsson, Downsampling Time Series for Visual Representation, 2013).
//
// An operation belongs to the bin and the phase in which it was meant to start, as everywhere else.
package timeline
