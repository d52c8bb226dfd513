// Blocks as one HTML file that needs nothing beside it: no network, no script to be read. Formulas
// are MathML (mathml.hpp), each link of a chain one of its own, because MathML has no line breaks.
// Tags are closed and attributes quoted as in XML.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/render/blocks.hpp"
#include "tracer/render/html_anchors.hpp"

namespace tracer {

class HtmlFormat {
 public:
  static constexpr std::string_view name = "html", ending = ".html";

  /// A fragment is what stands within <main>.
  static std::string write(const Document& document, const Style&, Extent extent);

 private:
  void set(const PageHeading& heading);
  void set(const Paragraph& block);
  void set(const Bullets& bullets);
  void set(const Givens& givens);
  void set(const WorkingLines& working);
  void set(const UpdateLines& updates) { set(updates.working); }
  void set(const TableBlock& table);
  void set(const Annotations& entries);
  void set(const Drawing& drawing);
  void set(const Listing& listing);

  explicit HtmlFormat(const Document& document) : anchors_(document) {}

  void add_line(const WorkingLine& line, bool reasons);
  void add_links(const HtmlAnchors::Line& line);
  void add_slips(const std::string& id, const std::vector<ForeseenSlip>& slips);
  std::string slips_data() const;

  HtmlAnchors anchors_;
  std::string text_;
  bool has_working_ = false;  // lines that can be stepped through
  int parts_ = 0;             // samples, steps: that have begun

  // what may be said of predictions, each sentence once
  std::vector<std::string> sentences_;
  std::map<std::string, std::size_t> sentence_numbers_;
  std::vector<std::string> slips_;  // of each line, as JSON
};

}  // namespace tracer
