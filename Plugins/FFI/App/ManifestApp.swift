// The FFI plugin: makes the functions of C libraries actions, as a manifest says. docs/ffi.md is its guide. A library, so that
// tests can reach it; Plugins/FFI only exports it.
//
//   ManifestApp.swift   the app: opens a manifest, finds a call's function
//   Loading/            libraries and their pins, the layouts of structs, functions ready to be called
//   Calling/            one call: arguments into memory, the call itself, its outcome into JSON
//   Handles/            opaque pointers and the tokens that callers know them by
//   Callbacks/          functions that libraries call back, and what they collect
//   Memory/             memory that lives for one call

import DirtyKit
import FFIManifest

/// An app whose actions are the functions of C libraries, as its configuration, a manifest, says.
///
/// Serial: most libraries want one call at a time, and a manifest can't say which don't.
package final class ManifestApp: DynamicDirtyApp {
    package static let name = "FFI"
    package static let version = "1.0.0"
    package static let about = "Calls functions of C libraries, as the manifest says that is its config."

    package static var actions: Actions<ManifestApp> {}

    private let name: String
    private let functions: [UInt64: [CFunction]]
    private let names: [String]
    private let caller: Caller
    private let turn: Turn?
    private let sweeper: HandleSweeper?

    package init(context: AppContext) throws {
        name = context.name
        let value = try context.configuration(as: JSON.self)
        guard value["dirty_ffi"] != nil else {
            throw AppError(
                .invalid,
                "the config of app \"\(context.name)\" is no manifest; serve a manifest, as in NAME.json, in place of this "
                    + "plugin (see docs/ffi.md)"
            )
        }
        let manifest: Manifest
        do {
            manifest = try Manifest(ManifestValue(value))
        } catch {
            throw AppError(.invalid, "the manifest of app \"\(context.name)\" is wrong: \(error)")
        }
        let libraries = try Libraries(manifest)
        let handles = try HandleTable(manifest, libraries, worker: context.worker.id)
        let builder = try FunctionBuilder(manifest, libraries, handles)
        var functions: [UInt64: [CFunction]] = [:]
        for function in manifest.functions {
            let built = try builder.build(function)
            functions[Self.hash(built.signature.nameBytes), default: []].append(built)
        }
        self.functions = functions
        names = manifest.functions.map(\.name)
        caller = Caller(handles: handles, isStrict: manifest.isStrict)
        if handles.canExpire {
            let turn = Turn()
            self.turn = turn
            sweeper = try HandleSweeper(handles, turn)
        } else {
            turn = nil
            sweeper = nil
        }
        context.logger.info("libraries are loaded", metadata: libraries.facts)
    }

    package func perform(_ call: DynamicCall) throws {
        guard let function = find(call.action) else {
            let action = String(decoding: call.action, as: UTF8.self)
            throw DynamicSignature.unknownAction(action, of: name, among: names)
        }
        guard let turn else { return try caller.perform(function, call) }
        turn.take()
        defer { turn.leave() }
        let next = caller.handles.next
        defer { if caller.handles.next != next { turn.wake() } }
        try caller.perform(function, call)
    }

    package func close() {
        sweeper?.stop()
        caller.handles.freeAll()
    }

    private func find(_ action: UnsafeRawBufferPointer) -> CFunction? {
        functions[Self.hash(action)]?.first { function in
            function.signature.nameBytes.count == action.count && function.signature.nameBytes.elementsEqual(action)
        }
    }

    /// FNV-1a: the names are the operator's, so nobody can make them collide.
    private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
