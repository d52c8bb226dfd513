// How well the diagnosis does: every kind of mistake planted in random networks, its gradients
// handed over as numbers, and what came of it counted. `./run bench check` runs it at full size, a
// test at a small one.
#pragma once

#include <string>
#include <vector>

#include "tests/diagnosis/planted_net.hpp"

namespace tracer::planted {

struct Counts {
  int planted = 0;
  int detected = 0;  ///< not called right
  int first = 0;     ///< named in the first account, and nothing beside it
  int among = 0;     ///< named in another account that fits as well
  int missed() const { return planted - first - among; }
  Counts& operator+=(const Counts&);
};

struct MeasureOptions {
  int networks = 5;  ///< of each kind
  unsigned seed = 1;
  bool single = false;   ///< float32 in place of float64
  std::string only;      ///< one kind
  bool verbose = false;  ///< prints what was not named first
};

struct Measured {
  std::vector<std::pair<std::string, Counts>> kinds;
  Counts pairs;          ///< two mistakes at once
  int correct = 0;       ///< correct gradients
  int false_alarms = 0;  ///< of them, not called right
  double roundoffs = 0;  ///< by how many their entries are off at most (32 are right)
  double seconds = 0;    ///< of the slowest diagnosis
  Counts all() const;
};

Measured measure_diagnosis(const MeasureOptions&);
/// As a table, with percentages.
std::string table_of(const Measured&);

}  // namespace tracer::planted
