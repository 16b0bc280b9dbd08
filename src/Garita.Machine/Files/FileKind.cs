namespace Garita.Machine.Files;

/// <summary>What kind of thing lies at a path.</summary>
public enum FileKind
{
    /// <summary>A file with text or octets in it.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>/dev/null: what masks other things by being empty.</summary>
    Null,

    /// <summary>A pipe, socket or device: opening one can wait for ever, or do something.</summary>
    Special,
}
