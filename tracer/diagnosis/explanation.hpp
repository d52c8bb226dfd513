// A set of mistakes that explains claims, and how much it asks us to believe: few different
// mistakes, those that are often made, factors that are something. Next: search.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/diagnosis/factor_names.hpp"
#include "tracer/mistake/catalogue.hpp"

namespace tracer {

struct Explanation {
  struct Part {
    const Mistake* mistake;
    long double factor = 1;
    std::optional<FactorName> factor_name;
  };
  std::vector<Part> parts;               ///< none: everything is right
  std::vector<std::string> unexplained;  ///< names whose claim it does not reproduce
  double cost = 0;                       ///< how much it asks us to believe
  int kinds = 0;  ///< different mistakes; one that is made in every layer counts once
  BackwardGraph::Pass pass;
};

/// Two factors that are the same number, fitted to claims of a few digits or more.
bool same_factor(long double a, long double b);

/// Whether a part was made further up already, with the same factor.
bool is_repeated(const Explanation&, std::size_t part);
/// Sets cost and kinds.
void rate(Explanation&);
/// How many decimal digits of evidence it takes to choose these mistakes among all that are tried,
/// and to be surer than chance: some three for each, as there are hundreds to choose from; for a
/// factor that is something two or more, and for one that was fitted as many as the best entry
/// gives, `of_an_entry`.
double digits_taken(const Explanation&, double of_an_entry);
/// Sorts by cost, and leaves out what is found twice, what costs too much beside the first, and
/// what is more than `most`.
void keep_best(std::vector<Explanation>&, std::size_t most);

}  // namespace tracer
