// Sheets on which everything is right, of random small networks, printed in every way that people
// and programs print numbers: how many lines of them are called wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tracer/grade/lesson_pages.hpp"

namespace tracer::test {

/// A way of writing numbers: "%.4f", "float32".
struct Printing {
  std::string name;
  std::function<std::string(double)> print;
};

/// 2, 3, 4 and 6 digits, significant ones and decimals; and all digits of a float64 and a float32
/// that are off by two units or less, as a program computes them.
std::vector<Printing> printings(std::uint64_t seed);

/// Every line of the first steps, each number as `print` writes it.
std::string right_sheet(LessonPages&, int steps, const std::function<std::string(double)>& print);

/// A network of numbers or of small matrices, with its samples, a loss and an optimiser; the same
/// for the same seed.
std::string random_lesson(std::uint64_t seed);

struct SheetOptions {
  int sheets = 2000;
  std::uint64_t seed = 1;
  bool verbose = false;  ///< prints the sheets that were not found right
};

struct SheetCount {
  std::string printing;
  int sheets = 0, lines = 0;
  int wrong = 0, careless = 0, unread = 0;  ///< lines; there should be none
};

/// In the order of printings().
std::vector<SheetCount> mark_right_sheets(const SheetOptions&);
std::string table_of(const std::vector<SheetCount>&);

}  // namespace tracer::test
