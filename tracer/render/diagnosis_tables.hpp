// The tables on the page of diagnosis_page.hpp: a line for each claimed array, the entries that
// are farthest off beside the right ones, and a picture of where they lie. Next:
// diagnosis_page.hpp, the sentences around them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tracer/diagnosis/diagnosis.hpp"
#include "tracer/render/blocks.hpp"

namespace tracer {

/// "right", "disturbed", "valid" (another slope at a corner; `whole` says that), "wrong", or "open"
/// where ours is no number. The page and the JSON both have it from here.
std::string_view word_of(const JudgedClaim&, Verdict whole);

class DiagnosisTables {
 public:
  /// The diagnosis must live as long. `digits`: significant digits of values.
  DiagnosisTables(const Diagnosis& diagnosis, std::string loss, int digits)
      : diagnosis_(diagnosis), loss_(std::move(loss)), digits_(digits) {}

  std::string number(long double) const;
  /// "∂L/∂W1"; of a value its name.
  std::string left_of(const JudgedClaim&) const;
  /// Every claimed array.
  TableBlock arrays() const;
  /// What its columns mean.
  std::string legend() const;
  /// What was claimed beside what is right, and beside what the account's mistakes give. Null: no
  /// mistake explains it, and of a large array a picture shows where it is off.
  std::vector<Block> side_by_side(const Account*) const;

 private:
  void entries(const JudgedClaim&, const Account*, std::vector<Block>&) const;
  void map(const JudgedClaim&, std::vector<Block>&) const;

  const Diagnosis& diagnosis_;
  std::string loss_;
  int digits_;
};

}  // namespace tracer
