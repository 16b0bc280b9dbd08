using System.Text.Json;
using Garita.Hardening.Repairs.Files;
using Garita.Machine.Files;

namespace Garita.Hardening.Repairs.Runs;

/// <summary>
/// The folder of one run: <c>manifest.json</c>, and a copy of each file as it was. Everything is on the disk before the change that it is for: whoever
/// is killed in between finds here what has to be put back.
/// </summary>
public sealed class RunFolder
{
    private const string ManifestName = "manifest.json";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly HostFiles _disk;
    private readonly string _path;

    private RunFolder(HostFiles disk, string path, RunManifest manifest)
    {
        _disk = disk;
        _path = path;
        Manifest = manifest;
    }

    /// <summary>What is written down.</summary>
    public RunManifest Manifest { get; private set; }

    /// <summary>Begins a run.</summary>
    /// <param name="disk">Where the folders of runs are written.</param>
    /// <param name="path">The run's folder.</param>
    /// <param name="manifest">What is known of it.</param>
    internal static RunFolder Begin(HostFiles disk, string path, RunManifest manifest)
    {
        disk.MakePrivateFolder(path);
        var folder = new RunFolder(disk, path, manifest);
        folder.Save(manifest);
        return folder;
    }

    /// <summary>Reads the folder of a run.</summary>
    /// <returns>Null when there is no manifest in it.</returns>
    internal static RunFolder? Open(HostFiles disk, string path)
    {
        if (disk.Read($"{path}/{ManifestName}") is not { } json)
            return null;
        try
        {
            var manifest = JsonSerializer.Deserialize(json, RunJson.Default.RunManifest);
            return manifest is null ? null : new RunFolder(disk, path, manifest);
        }
        catch (JsonException problem)
        {
            throw new RepairException($"{path}/{ManifestName} cannot be read ({problem.Message}): the copies of the files are beside it in {path}");
        }
    }

    /// <summary>Writes a step down before it is done.</summary>
    /// <param name="step">The step.</param>
    /// <param name="content">The file as it was, if the step is about one.</param>
    /// <returns>The step's number.</returns>
    internal int Intend(Step step, ReadOnlySpan<byte> content)
    {
        if (step.Copy is not null)
            Put(step.Copy, content);
        Save(Manifest with { Steps = [.. Manifest.Steps, step] });
        return Manifest.Steps.Count - 1;
    }

    /// <summary>Writes down what became of a step.</summary>
    internal void Note(int number, Step step)
    {
        var steps = Manifest.Steps.ToArray();
        steps[number] = step;
        Save(Manifest with { Steps = steps });
    }

    /// <summary>Writes down how the run stands.</summary>
    internal void Note(RunState state) => Save(Manifest with { State = state });

    /// <summary>The copy of a file.</summary>
    internal byte[] Copy(Step step)
    {
        var content = _disk.Read($"{_path}/{step.Copy}") ?? throw new RepairException($"the copy of {step.Path} is gone from {_path}");
        return string.Equals(HostFiles.Hash(content), step.Before?.Hash, StringComparison.Ordinal) ? content
            : throw new RepairException($"the copy of {step.Path} in {_path} is not what was kept");
    }

    /// <summary>Nothing was changed, so nothing is kept.</summary>
    public void Discard()
    {
        _disk.Remove($"{_path}/{ManifestName}");
        _disk.RemoveFolderIfEmpty(_path);
    }

    private void Save(RunManifest manifest)
    {
        Put(ManifestName, JsonSerializer.SerializeToUtf8Bytes(manifest, RunJson.Default.RunManifest));
        Manifest = manifest;
    }

    private void Put(string name, ReadOnlySpan<byte> content) => _disk.Write($"{_path}/{name}", content, Private, Self.User, Self.Group, name + ".new");
}
