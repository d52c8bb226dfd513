// The shape of a value: everything is a matrix, a scalar is 1×1. A size may be a number, a name (a
// lesson in symbols: `param W1: (m, n)`), or both (the batch size m = 16). Next:
// symbol/notation.hpp.
#pragma once

#include <string>

namespace tracer {

/// One side of a matrix.
struct Size {
  int count = 1;     ///< 0: not known as a number, then `name` says what it is called
  std::string name;  ///< how formulas call it: "m" for the batch size; empty: they print the number

  bool known() const { return count > 0; }
  bool is_one() const { return count == 1; }

  /// Numbers are compared where both are known (a batch of 16 fits 16 columns), names otherwise.
  friend bool operator==(const Size& a, const Size& b) {
    return a.known() && b.known() ? a.count == b.count : a.known() == b.known() && a.name == b.name;
  }
};

struct Shape {
  Size rows;
  Size columns;

  bool is_scalar() const { return rows.is_one() && columns.is_one(); }
  bool known() const { return rows.known() && columns.known(); }
  long long count() const { return static_cast<long long>(rows.count) * columns.count; }
  friend bool operator==(const Shape&, const Shape&) = default;
};

inline Shape shape_of(int rows, int columns) { return {{rows, ""}, {columns, ""}}; }
inline const Shape scalar_shape{};

inline std::string to_string(const Size& size) {
  return size.known() ? std::to_string(size.count) : size.name;
}

/// "20×784", as every message writes it.
inline std::string to_string(const Shape& shape) {
  return to_string(shape.rows) + "×" + to_string(shape.columns);
}

}  // namespace tracer
