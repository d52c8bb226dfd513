// The tables on the page of diagnosis_report.hpp: a line for each claimed array, the entries that
// are farthest off beside the right ones, and a picture of where they lie. Next:
// diagnosis_report.hpp, the sentences around them.
#pragma once

#include <string>
#include <string_view>

#include "tracer/diagnosis/diagnosis.hpp"
#include "tracer/text/style.hpp"

namespace tracer::cli {

/// "right", "disturbed", "valid" (another slope at a corner; `whole` says that), "wrong", or "open"
/// where ours is no number. The page and the JSON both have it from here.
std::string_view word_of(const ArrayVerdict&, Verdict whole);

class DiagnosisTables {
 public:
  /// The diagnosis must live as long. `digits`: significant digits of values.
  DiagnosisTables(const Diagnosis& diagnosis, std::string loss, int digits, const Style& style)
      : diagnosis_(diagnosis), loss_(std::move(loss)), digits_(digits), style_(style) {}

  std::string number(long double) const;
  /// "∂L/∂W1"; of a value its name.
  std::string left_of(const ArrayVerdict&) const;
  /// Every claimed array, and what the columns mean.
  std::string arrays() const;
  /// What was claimed beside what is right, and beside what the account's mistakes give. Null: no
  /// mistake explains it, and of a large array a picture shows where it is off.
  std::string side_by_side(const Account*) const;

 private:
  std::string entries(const ArrayVerdict&, const Account*) const;
  std::string map(const ArrayVerdict&) const;

  const Diagnosis& diagnosis_;
  std::string loss_;
  int digits_;
  Style style_;
};

}  // namespace tracer::cli
