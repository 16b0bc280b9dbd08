namespace Garita.Gateway.Relay;

/// <summary>
/// The single steps by which mail gets to the disk and off it, so that a test can fail, kill or cut the power at each. All throw
/// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
/// </summary>
internal interface IMailDisk
{
    /// <summary>
    /// Makes a folder (0700) unless it is there, and puts its name on the disk: one that is there may be of a process that was killed before it did.
    /// </summary>
    void MakeFolder(string path);

    /// <summary>Makes a file (0600) that must not be there.</summary>
    IMailFile Create(string path);

    /// <summary>Opens a file for reading; it stays readable though it is deleted.</summary>
    IMailFile Open(string path);

    /// <summary>Gives a file another name, in place of one that has it.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file; nothing where there is none.</summary>
    void Delete(string path);

    /// <summary>Waits until a folder's names are on the disk.</summary>
    void FlushFolder(string path);

    /// <summary>Names of the folders in a folder; none where it is not there.</summary>
    IReadOnlyList<string> Folders(string path);

    /// <summary>Names and lengths of the files in a folder.</summary>
    IEnumerable<(string Name, long Length)> Files(string path);
}

/// <summary>An open file.</summary>
internal interface IMailFile : IDisposable
{
    /// <summary>Octets in it.</summary>
    long Length { get; }

    /// <summary>Writes octets at a place.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> octets, long offset);

    /// <summary>Waits until its octets are on the disk.</summary>
    void Flush();

    /// <summary>Reads at a place; 0 at the end.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, long offset);
}
