using Garita.Machine.Files;
using Microsoft.Win32.SafeHandles;

namespace Garita.Hardening.Repairs.Files;

/// <summary>A name in a folder that is held open: whatever becomes of the path meanwhile, it stays this folder.</summary>
/// <param name="Folder">The folder, opened as a path only.</param>
/// <param name="Name">The name in it.</param>
/// <param name="Entry">What is there, or null.</param>
internal sealed record Place(SafeFileHandle Folder, string Name, FileStatus? Entry) : IDisposable
{
    public void Dispose() => Folder.Dispose();
}
