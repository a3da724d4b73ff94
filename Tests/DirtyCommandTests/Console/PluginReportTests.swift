import DirtyWire
import Testing

@testable import DirtyCommand

@Suite("A plugin's description as people read it")
struct PluginReportTests {
    @Test("actions are shown with parameters, streams and words")
    func report() throws {
        let description = try JSONValue(
            parsing: """
                {"name":"Search","version":"1.2","abi_major":1,"abi_minor":0,"flags":1,"flag_names":["concurrent"],"manifest":{"actions":[
                {"name":"query","doc":"Finds documents.","parameters":[{"name":"text","type":"string"},{"name":"limit","type":"integer","default":10},
                {"name":"lang","type":"string","optional":true}]},{"name":"watch","streams":true}]}}
                """
        )
        #expect(
            PluginReport(description).text == """
                Search 1.2
                ABI      1.0
                flags    concurrent
                actions
                  query(text: string, limit: integer = 10, lang: string?)
                      Finds documents.
                  watch() -> stream
                """
        )
    }

    @Test("a plugin without a manifest says so")
    func noManifest() throws {
        let description = try JSONValue(
            parsing:
                #"{"name":"Faults","version":"1","abi_major":1,"abi_minor":0,"flags":0,"flag_names":[],"manifest":null}"#
        )
        #expect(
            PluginReport(description).text
                == "Faults 1\nABI      1.0\nflags    none\nactions  not told: the plugin has no manifest"
        )
    }
}
