// What the lines behind an unwritten gradient, or behind an unwritten line of an optimizer's
// working, come to if that had another value. Written lines in between stand as they are written:
// what is behind them does not depend on it. Next: unwritten.hpp.
#pragma once

#include <map>
#include <set>

#include "tracer/grade/slips.hpp"

namespace tracer {

class Consequences {
 public:
  /// `written`: lines that are, or whose values are known. All must outlive this.
  Consequences(PageWorking&, const std::set<PageLine>& written, const PageLine& from);

  bool reach(const PageLine& line) const { return behind_.contains(line); }
  /// What all this starts from.
  void suppose(Array<Exact> value);
  /// Of a line that it reaches. Throws Error, Undecided.
  const Array<Exact>& of(const PageLine&);

 private:
  bool passes_on(const PageLine&) const;
  Array<Exact> updated(const PageLine&);
  Array<Exact> pulled_back(const PageLine&);
  PageWorking& working_;
  const std::set<PageLine>& written_;
  const PageLine& from_;
  std::set<PageLine> behind_;  // of the same step
  std::map<PageLine, Array<Exact>> computed_;
};

}  // namespace tracer
