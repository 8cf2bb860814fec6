// Package noise observes what the machine does while trials run, whoever causes it, and says when that has spoilt a
// pair.
//
// Only what cannot see the arm may do so: the CPU time that a hypervisor gave to others, and a canary, which is fixed
// work that runs between trials. Whoever leaves out trials for what the arm itself causes, such as load or pressure,
// leaves out slow arms for being slow: in simulation that finds a difference between identical arms in 8 to 13 of 100
// runs.
package noise
