// params and inputs: their shapes and values. A value is written out (exact), made by an
// initialiser, given by --set, or not there at all: then the leaf stands for itself in formulas.
// Next: data_sets.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tracer/language/names.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

struct LeafReading {
  Shape shape;
  LeafValue value;
  bool flat = false;
};

/// Values from the command line, by name.
using Settings = std::map<std::string, Array<Exact>>;

/// What `param W: (m, n)` calls its sides, where --set gives some leaf of such a shape a value: m
/// = 2. Throws BadStatement where two values disagree.
std::map<std::string, int> named_sizes(const Names&, const Settings&);

/// Of a value with numbers.
Shape shape_of_value(const LeafValue&);

/// Throws BadStatement (or Broken).
LeafReading read_leaf(const Names&, const ast::Leaf&, const Settings&,
                      const std::map<std::string, int>& sizes, std::uint64_t seed);

/// The rows and columns that the arguments of zeros(...), kaiming(...) or reshape's target give: 3,
/// 4 or (3, 4); one number is a column (a row where samples are rows). `used` is set to how many
/// arguments that took.
struct Sides {
  int rows = 1;
  int columns = 1;
  std::size_t used = 0;
};
Sides read_sides(const Names&, const std::vector<ast::ExprId>& arguments, std::size_t most,
                 Span call);

/// More entries than anybody means: 100 million. Throws BadStatement.
void check_size(const Sides&, Span);

/// zeros, ones and full: what they hold. Exact while they are small; large ones are float32, which
/// holds 0 and 1.
LeafValue filled(const Sides&, const Rational& value, Span);

bool is_initialiser(std::string_view function);
/// The value that a call of one gives the leaf of that name. Throws BadStatement.
LeafValue initial_value(const Names&, const ast::Expr& call, const std::string& name,
                        std::uint64_t seed);

/// Does it draw its numbers? zeros, ones and full do not.
bool draws(std::string_view initialiser);
/// The names of the initialisers.
std::vector<std::string> initialisers();

}  // namespace tracer
