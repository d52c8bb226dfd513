// One entry of a formula, written with the entries of its leaves: of W·x + b the entry [1,0] is
// W[1,0]·x[0,0] + W[1,1]·x[1,0] + b[1,0]. A product of matrices or a sum is taken apart into its
// terms; what can't be taken apart stays the entry of a formula, (P − Y)[1,0]. Next: entry.cpp, which
// makes lines of it.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tracer/derive/formulas.hpp"
#include "tracer/symbol/symbol.hpp"

namespace tracer {

/// An entry of a formula, from [0,0]. Below 0 it is no number but a letter that a sum runs over:
/// −1 the first of EntryTerms::letters, −2 the next.
struct Entry {
  Symbol formula{0};
  int row = 0, column = 0;
  friend bool operator==(const Entry&, const Entry&) = default;
};

class EntryTerms {
 public:
  /// How far it is taken apart.
  enum class Apart {
    once,  ///< a product or a sum: its factors and terms are entries of whatever they are
    fully  ///< sums of products, and what works entry by entry, down to the leaves
  };

  /// Without numbers (`numbers.known()`) no term has a value. `letters`: of sums whose length is not
  /// known.
  EntryTerms(const StepNumbers& numbers, Working working, std::vector<std::string> letters);

  struct Term {
    std::optional<Exact> value;
    std::string over = {};            ///< "k": it stands for a sum over all k
    std::string range = {};           ///< "from 0 to n − 1"
    std::function<Symbol()> formula;  ///< made when it is asked for: there may be thousands of them
  };
  std::vector<Term> terms_of(const Entry&, Apart);

  /// The entries that a term is made of, in the order in which it is written.
  std::vector<Entry> entries_in(const Symbol& term) const;
  Notation written(const Symbol& term) const { return write(term); }
  Notation in_numbers(const Symbol& term) const;
  /// z[1,0]; a number, and a value that is one, stand without an index.
  Notation written(const Entry&) const;
  Exact value(const Entry&) const;

 private:
  Array<Exact> number_of(const Symbol& leaf) const;
  Symbol entry(const Symbol& e, int row, int column);
  Symbol leaf(const Symbol& e, int row, int column);
  void split(const Symbol& e, int row, int column, Apart, int depth, const Symbol& scale,
             std::vector<Term>& terms);
  void split_product(const Symbol& e, int row, int column, Apart, int depth, const Symbol& scale,
                     std::vector<Term>& terms);
  void split_sum(const Symbol& e, int row, int column, Apart, int depth, const Symbol& scale,
                 std::vector<Term>& terms);
  void add(const Symbol& e, int row, int column, Apart, const Symbol& scale,
           std::vector<Term>& terms);
  std::optional<Exact> scaled(const Symbol& scale, const Exact& value) const;
  const Array<Exact>& values(const Symbol& e) const;
  std::string index_text(int index) const;

  const StepNumbers& numbers_;
  Working working_;
  std::vector<std::string> letters_;
  std::vector<std::pair<Entry, Symbol>> leaves_;  // each entry that a term has, and its leaf
  std::map<Quantity, std::size_t> places_;
  mutable std::deque<std::pair<Symbol, Array<Exact>>> values_;  // of formulas, once worked out
};

}  // namespace tracer
