#include "tracer/render/diagnosis_page.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/render/diagnosis_tables.hpp"
#include "tracer/render/text_block.hpp"
#include "tracer/text/cells.hpp"

namespace tracer {
namespace {

// Names come out of somebody's file: they must not command the terminal.
ReportHead cleaned(ReportHead head) {
  const auto cleaned_text = [](const std::string& text) { return clean(text, {.unicode = true}); };
  for (std::string* text : {&head.title, &head.source, &head.at, &head.loss})
    *text = cleaned_text(*text);
  for (auto* texts : {&head.missing, &head.ignored, &head.unmatched, &head.remarks})
    std::ranges::transform(*texts, texts->begin(), cleaned_text);
  return head;
}

class DiagnosisPage {
 public:
  DiagnosisPage(const Diagnosis& diagnosis, const ReportHead& head, const Program& program,
                int digits)
      : diagnosis_(diagnosis),
        head_(cleaned(head)),
        program_(program),
        tables_(diagnosis, head_.loss, digits) {}

  Document write() {
    heading();
    page_.push_back({tables_.arrays()});
    line(tables_.legend(), 2, true);
    for (const std::string& remark : head_.remarks) line(remark, 2);
    if (!head_.missing.empty())
      line(fmt::format("no gradient is claimed for {}", fmt::join(head_.missing, ", ")), 2);
    if (!head_.ignored.empty())
      line(fmt::format("left alone, for the lesson has no such value: {}",
                       fmt::join(head_.ignored, ", ")),
           2);
    apart_ = true;
    verdict();
    if (!head_.unmatched.empty() && diagnosis_.verdict != Verdict::right)
      line(fmt::format("{} arrays are judged; {}", judged_of_all(), not_matched()));
    for (const std::string& remark : diagnosis_.remarks) line(remark);
    if (apart_) page_.push_back(empty_line());  // below the last table
    return std::move(page_);
  }

 private:
  void line(const std::string& text, int indent = 0, bool apart = false) {
    page_.push_back(
        {Paragraph{{text}, Paragraph::never}, apart || std::exchange(apart_, false), indent});
  }
  // A sentence in as many lines as it takes.
  void paragraph(const std::string& text, int indent) {
    page_.push_back({Paragraph{{text}, widest}, std::exchange(apart_, false), indent});
  }
  void side_by_side(const Account* account) {
    page_ += tables_.side_by_side(account);
    apart_ = true;
  }

  void heading() {
    apart_ = false;
    if (!head_.title.empty()) page_.push_back({PageHeading{1, head_.title, {}, Look::plain}});
    line(fmt::format("The gradients of {} in {}{}", head_.loss, head_.source,
                     head_.at.empty() ? "" : ": " + head_.at));
  }

  std::string judged_of_all() const {
    return fmt::format("{} of {}", head_.judged, head_.judged + head_.unmatched.size());
  }
  std::string not_matched() const {
    return fmt::format("{} could not be matched to a value of the lesson",
                       fmt::join(head_.unmatched, ", "));
  }

  void verdict() {
    switch (diagnosis_.verdict) {
      case Verdict::right:
        if (!head_.unmatched.empty()) {
          return paragraph(
              fmt::format("Right as far as they are judged, and that is {} arrays; {}: by the "
                          "lesson's names they will be (dL/dW1, or W1).",
                          judged_of_all(), not_matched()),
              0);
        }
        return paragraph("All claimed gradients are right.", 0);
      case Verdict::disturbed:
        return paragraph(
            "All claimed gradients are right, but off by more than rounding: not a mistake of the "
            "chain rule. A guard (an ε added to a denominator or inside a logarithm) or an "
            "intermediate result in a coarser arithmetic does that.",
            0);
      case Verdict::subgradient:
        paragraph(
            "Valid: a value stands on a corner, where there is no derivative, and the claim takes "
            "another slope there than we do.",
            0);
        return findings();
      case Verdict::undecided:
        if (diagnosis_.not_finite) {
          return paragraph(
              fmt::format("This can't be told: the gradients that the claim is to be compared with "
                          "are no numbers here, since {} overflows or comes to 0/0 or log(0) in 19 "
                          "digits. Take smaller values, or write the loss so that it does not lose "
                          "them: bce(P, Y) in place of Y*log(P) + (1-Y)*log(1-P), "
                          "cross_entropy(softmax(Z), Y) in place of log(exp(Z)/sum(exp(Z))).",
                          told(*diagnosis_.not_finite)),
              0);
        }
        if (diagnosis_.rounding_hides) {
          return paragraph(
              "This can't be told: what rounding may do is as large as the gradients are, which "
              "have come to 0 but for that (a net at its minimum, perhaps, or a loss that loses "
              "its digits); a wrong gradient would be taken for a right one. Compare at other "
              "numbers, such as those before the training, or in float64.",
              0);
        }
        return paragraph(
            "This can't be told: so few digits are claimed that a wrong gradient would be taken "
            "for a right one. Write the numbers with more digits (repr, %.17g, np.savez).",
            0);
      case Verdict::factor: {
        const bool turned = std::ranges::any_of(diagnosis_.arrays, [](const JudgedClaim& array) {
          return array.factor && *array.factor < 0;
        });
        paragraph(turned
                      ? "Right up to the sign: every gradient is ours times one negative "
                        "number. That is right where the loss is to be made larger (ascent on the "
                        "log-likelihood: the update adds it), and a mistake if the loss is this "
                        "one and the update subtracts."
                      : "Right up to a factor: every gradient is the same number times ours. "
                        "That is a matter of what the loss is (a sum in place of a mean, a "
                        "square without its ½) if yours is another one, and a mistake if it is "
                        "this one.",
                  0);
        return findings();
      }
      case Verdict::named:
        paragraph("Wrong, and this is why:", 0);
        return findings();
      case Verdict::wrong_forward:
        return wrong_forward();
      case Verdict::unnamed:
        break;
    }
    unnamed();
  }

  void wrong_forward() {
    paragraph(fmt::format("The forward pass differs already: {} is not what the lesson computes. "
                          "Its gradients are those of another function, and are not looked into "
                          "until the values agree.",
                          diagnosis_.first_wrong_value),
              0);
    side_by_side(nullptr);
  }

  void unnamed() {
    std::vector<std::string> right, wrong;
    for (const JudgedClaim& array : diagnosis_.arrays) {
      if (!array.claim.gradient) continue;
      (array.nearness.matches() ? right : wrong).push_back(tables_.left_of(array));
    }
    paragraph(diagnosis_.chance && diagnosis_.accounts.empty()
                  ? "Wrong; by what mistake, these numbers don't tell: what would explain them is "
                    "no likelier than chance. More digits would tell, or the gradients of more "
                    "arrays, or of a larger problem (--make-problem DIR)."
                  : "Wrong, and not by one of the mistakes that tracer knows.",
              0);
    if (!right.empty()) paragraph(fmt::format("Right are {}.", fmt::join(right, ", ")), 2);
    if (!diagnosis_.suspects.empty()) {
      std::vector<std::string> lines = told(diagnosis_.suspects);
      constexpr std::size_t most = 6;
      if (lines.size() > most) {
        lines[most / 2] = "…";
        lines.erase(lines.begin() + most / 2 + 1, lines.end() - most / 2);
      }
      paragraph(
          fmt::format("The first error lies on the way back through {}.", fmt::join(lines, ", ")),
          2);
    }
    const bool values = std::ranges::any_of(
        diagnosis_.arrays, [](const JudgedClaim& array) { return !array.claim.gradient; });
    if (!diagnosis_.accounts.empty() && !diagnosis_.accounts.front().findings.empty()) {
      paragraph("As far as it can be told, this comes before it:", 2);
      account(diagnosis_.accounts.front());
    }
    if (!values) {
      paragraph(
          "Whether the forward pass is the same, gradients alone can't tell: claim its values "
          "too, by the names of the lesson's lines.",
          2);
    }
    side_by_side(nullptr);
  }

  // "Z2 (line 14)"
  std::string told(const LinePlace& line) const {
    return line.span ? fmt::format("{} ({})", line.name, line_of(*line.span)) : line.name;
  }

  std::vector<std::string> told(const std::vector<LinePlace>& lines) const {
    std::vector<std::string> all;
    for (const LinePlace& line : lines) all.push_back(told(line));
    return all;
  }

  std::string line_of(Span span) const {
    return fmt::format("line {}", program_.source->place(span.begin).line);
  }
  Drawing source_line(Span span) const {
    std::string text(program_.source->line(program_.source->place(span.begin).line));
    text = text.substr(0, text.find('#'));
    return {[text](const Style& style) {
      return fit(text, std::max(40, std::min(style.width, widest) - 4), style) + "\n";
    }};
  }

  void findings() {
    if (diagnosis_.accounts.empty()) return;
    const Account& best = diagnosis_.accounts.front();
    account(best);
    if (best.entries > 0 && best.digits >= 1) {
      paragraph(fmt::format("With that, all {} claimed entries agree to {:.0f} digits.",
                            grouped(best.entries), std::floor(best.digits)),
                2);
    }
    side_by_side(&best);
    others();
  }

  void account(const Account& account) {
    for (const Finding& finding : account.findings) {
      apart_ = true;
      paragraph(fmt::format("{}{}: {}",
                            finding.everywhere && finding.lines.size() > 1
                                ? "in every layer where it can be, "
                                : "",
                            fmt::join(told(finding.lines), ", "), finding.says),
                2);
      for (const std::string& other : finding.elsewhere) paragraph("in " + other, 4);
      if (finding.lines.front().span)
        page_.push_back({source_line(*finding.lines.front().span), false, 4});
      if (finding.wrong && finding.right) {
        const std::string left = text_line(finding.left);
        const char* more = finding.part ? " + …" : "";  // from the other lines that use it
        line(fmt::format("claimed  {} = {}{}", left, text_line(*finding.wrong), more), 4);
        line(fmt::format("right    {} = {}{}", left, text_line(*finding.right), more), 4);
      }
    }
    apart_ = apart_ || !account.findings.empty();
  }

  void others() {
    constexpr std::size_t most = 5;
    if (diagnosis_.accounts.size() < 2) return;
    line("These explanations fit as well:");
    for (std::size_t i = 1; i < std::min(diagnosis_.accounts.size(), most + 1); ++i) {
      std::string text;
      for (const Finding& finding : diagnosis_.accounts[i].findings) {
        std::vector<std::string> where;
        for (const LinePlace& place : finding.lines) where.push_back(place.name);
        text += fmt::format("{}{}: {}", text.empty() ? "" : "; and ", fmt::join(where, ", "),
                            finding.says);
      }
      paragraph("- " + text, 2);
    }
    if (diagnosis_.accounts.size() > most + 1)
      line(fmt::format("and {} more", diagnosis_.accounts.size() - most - 1), 2);
    apart_ = true;
    if (!diagnosis_.apart) {
      paragraph(
          "No other numbers of these shapes would tell them apart: they come to the same "
          "formula.",
          2);
      return;
    }
    const Separation& apart = *diagnosis_.apart;
    paragraph(
        fmt::format("Other numbers would tell some of them apart: at the random point of "
                    "seed {}, ∂{}/∂{}[{}, {}] is {} by the first and {} by another. tracer "
                    "check FILE --make-problem DIR writes such numbers.",
                    apart.seed, head_.loss, apart.gradient, apart.entry.first, apart.entry.second,
                    tables_.number(apart.first), tables_.number(apart.second)),
        2);
  }

  static constexpr int widest = 100;  // columns of a sentence

  const Diagnosis& diagnosis_;
  const ReportHead head_;
  const Program& program_;
  DiagnosisTables tables_;
  bool apart_ = true;  // what comes next
  Document page_;
};

}  // namespace

Document page_of(const Diagnosis& diagnosis, const ReportHead& head, const Program& program,
                 int digits) {
  return DiagnosisPage(diagnosis, head, program, digits).write();
}

}  // namespace tracer
