// Pages in HTML: whole, safe, and with links that lead somewhere. How they look was looked at.
#include <map>
#include <regex>
#include <set>

#include <nlohmann/json.hpp>

#include "datasets/download.hpp"
#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"
#include "tracer/render/mathml.hpp"
#include "tracer/symbol/notation.hpp"
#include "tracer/text/markup.hpp"

namespace tracer {
namespace {

std::string page_of_lesson(const std::string& name, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"derive", name, "--format", "html"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const ProgramRun run = run_program(arguments);
  REQUIRE(run.status == 0);
  return run.output;
}

// "" where every tag that is opened is closed in its turn; script and style are not looked into.
std::string unbalanced(std::string page) {
  page = std::regex_replace(page, std::regex("<!DOCTYPE html>"), "");
  for (const char* raw : {"script", "style"}) {
    const std::string open = std::string("<") + raw, close = std::string("</") + raw + ">";
    for (std::size_t at = page.find(open); at != std::string::npos; at = page.find(open, at)) {
      const std::size_t end = page.find(close, at);
      if (end == std::string::npos) return raw;
      page.erase(at, end + close.size() - at);
    }
  }
  std::vector<std::string> open;
  static const std::regex tag("<(/?)([A-Za-z0-9]+)([^<>]*)>");
  for (std::sregex_iterator it(page.begin(), page.end(), tag), end; it != end; ++it) {
    const std::string name = (*it)[2], rest = (*it)[3];
    if ((*it)[1] == "/") {
      if (open.empty() || open.back() != name) return "</" + name + ">";
      open.pop_back();
    } else if (!rest.ends_with('/')) {
      open.push_back(name);
    }
  }
  return open.empty() ? "" : "<" + open.back() + ">";
}

std::set<std::string> all_of(const std::string& page, const std::string& before) {
  std::set<std::string> found;
  const std::regex form(before + "\"([^\"]*)\"");
  for (std::sregex_iterator it(page.begin(), page.end(), form), end; it != end; ++it)
    found.insert((*it)[1]);
  return found;
}

}  // namespace

TEST_CASE("HTML: pages of lessons are well-formed, and every link leads to a line", "[html]") {
  for (const char* lesson : {"relu-1-1-1", "xor-2-2-1", "softmax-layer", "attention-2x2",
                             "skip-connection", "momentum-and-adam", "logistic-hessian"}) {
    INFO(lesson);
    const std::string page = page_of_lesson(lesson);
    CHECK(unbalanced(page) == "");
    const std::set<std::string> ids = all_of(page, " id=");
    std::size_t count = 0;
    static const std::regex id(" id=\"");
    for (std::sregex_iterator it(page.begin(), page.end(), id), end; it != end; ++it) ++count;
    CHECK(count == ids.size());
    const std::set<std::string> links = all_of(page, "<a href=");
    CHECK(!links.empty());
    for (const std::string& link : links) {
      INFO(link);
      REQUIRE(link.starts_with('#'));
      CHECK(ids.contains(link.substr(1)));
    }
    CHECK(!has(page, "http://www.w3.org/1999/xhtml"));
    CHECK(page.size() < 1'000'000);
  }
  CHECK(page_of_lesson("relu-1-1-1").size() < 150'000);
}

TEST_CASE("HTML: the policy lets run the page's own script and nothing else", "[html]") {
  const std::string page = page_of_lesson("relu-1-1-1");
  const std::size_t begin = page.find("<script>") + 8;
  const std::string script = page.substr(begin, page.find("</script>", begin) - begin);
  const std::string digits = sha256_of_text(script);
  std::vector<unsigned char> bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    bytes.push_back(static_cast<unsigned char>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  CHECK(has(page, "default-src 'none'"));
  CHECK(has(page, "script-src 'sha256-" + base64(bytes) + "'"));
  for (const char* never : {" style=\"", " onclick", "javascript:", "src=\"http", "url(http"})
    CHECK(!has(page, never));
}

TEST_CASE("HTML: slips and the lesson are laid down in the page", "[html]") {
  const std::string page = page_of_lesson("relu-1-1-1");
  const std::string open = "<script type=\"application/json\" id=\"slips\">";
  const std::size_t begin = page.find(open) + open.size();
  REQUIRE(begin > open.size());
  const auto data =
      nlohmann::json::parse(page.substr(begin, page.find("</script>", begin) - begin));
  const auto& sentences = data.at("says");
  for (const auto& [id, slips] : data.at("of").items()) {
    CHECK(has(page, " id=\"" + id + "\""));
    for (const auto& slip : slips) CHECK(slip.at(1) < sentences.size());
  }
  bool turned = false;  // of ∂L/∂w1 = −3.832752
  for (const auto& slip : data.at("of").at("s2-dL-dw1"))
    turned = turned || (slip.at(0) == 3.832752 &&
                        sentences.at(slip.at(1).get<std::size_t>()) == "the sign is turned");
  CHECK(turned);
  CHECK(has(page, "<a download=\"relu-1-1-1.lesson\" href=\"data:text/plain;charset=utf-8,%23%20"));
  // a matrix is predicted entry by entry, a large one not at all
  CHECK(has(page_of_lesson("softmax-layer"), "data-value=\"-0.5 1 1.5 0.5\" data-columns=\"2\""));
  CHECK(!has(page_of_lesson("relu-1-1-1", {"--round", "4"}), "id=\"slips\""));
}

TEST_CASE("HTML: what a lesson's author typed is text", "[html]") {
  const TemporaryFolder folder;
  write_text(folder / "a.lesson",
             "# <script>alert(1)</script> & \"q\"\n# a <b> c\n\nparam w = 2\n"
             "L = w**2\n");
  const ProgramRun run = run_program({"derive", "a.lesson", "--format", "html"}, folder.path());
  REQUIRE(run.status == 0);
  CHECK(!has(run.output, "<script>alert"));
  CHECK(has(run.output, "<title>&lt;script&gt;alert(1)"));
  CHECK(unbalanced(run.output) == "");
}

TEST_CASE("HTML: a line says who made its factors, who uses it, and its value in three ways",
          "[html]") {
  const std::string page = page_of_lesson("relu-1-1-1");
  const std::size_t at = page.find("id=\"s2-dL-dw1\"");
  REQUIRE(at != std::string::npos);
  const std::string line = page.substr(at, page.find("class=\"line\"", at) - at);
  CHECK(has(line, "data-name=\"∂L/∂w1\""));
  CHECK(has(line, "data-value=\"-3.832752\""));
  CHECK(has(line, "from <a href=\"#s2-dL-dz1\">∂L/∂z1</a>"));
  CHECK(has(line, "used in <a href=\"#s2-w1-new\">w1</a>"));
  CHECK(has(line, "<span data-view=\"rounded\" hidden=\"hidden\"><math><mo>≈</mo>"));
  CHECK(has(line, "<mn>3.833</mn>"));
  // the graph's nodes lead to the lines
  CHECK(has(page, "<a href=\"#s2-z1\"><g class=\"node line\" data-name=\"z1\">"));
}

TEST_CASE("MathML: brackets, names, numbers", "[html]") {
  using namespace notation;
  CHECK(mathml(name("z1")) == "<math><msub><mi>z</mi><mn>1</mn></msub></math>");
  CHECK(mathml(name("alpha")) == "<math><mi>α</mi></math>");
  CHECK(has(mathml(number("-1/3")), "<mfrac><mn>1</mn><mn>3</mn></mfrac>"));
  CHECK(has(mathml(number("1.5e-07")), "<mn>1.5</mn><mo>·</mo><msup><mn>10</mn>"));
  CHECK(has(mathml(product({name("a"), sum({name("b"), name("c")})})), "(</mo>"));
  CHECK(!has(mathml(sum({name("a"), product({name("b"), name("c")})})), "(</mo>"));
  CHECK(has(mathml(name("a<b")), "a&lt;b"));
  CHECK(has(mathml(partial(name("L"), name("w"))), "<mfrac>"));
}

}  // namespace tracer
