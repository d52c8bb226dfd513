// Which line of a page made what another one uses: the links from factor to line and back.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "tracer/render/blocks.hpp"

namespace tracer {

/// The id of a line: s2-z1; s2-dL-dz1 of ∂L/∂z1. `step`: how many parts of a page have begun.
std::string html_line_id(int step, const std::string& what);

/// The lines of a document that others can point to, by the equation that each of them sets.
class HtmlAnchors {
 public:
  struct Line {
    std::string id;                          ///< of its element: s2-z1; s2-dL-dz1; s2-w1-new
    std::string what;                        ///< z1, ∂L/∂z1, w1
    std::vector<std::size_t> from, used_in;  ///< lines, by number
  };

  explicit HtmlAnchors(const Document&);

  /// Null where nothing points to it.
  const Line* of(const Equation&) const;
  const Line& line(std::size_t number) const { return lines_[number]; }

 private:
  // Values of the step that is read: the number of the line that made each.
  using Known = std::map<std::string, std::size_t>;

  void read(const std::vector<const Given*>&, Known&, int step);
  void read(const WorkingLines&, Known&, int step);
  void read(const Equation&, Known&, int step);
  void add(const Equation&, const std::string& key, int step);

  std::vector<Line> lines_;
  std::map<const Equation*, std::size_t> numbers_;
  std::map<std::string, int> ids_;  // how often each was wanted
};

}  // namespace tracer
